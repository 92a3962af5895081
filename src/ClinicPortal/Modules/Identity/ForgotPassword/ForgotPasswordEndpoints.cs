using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.ForgotPassword;

internal static class ForgotPasswordEndpoints
{
    public const string ForgottenPath = "/sign-in/forgotten";
    public const string NewPasswordPath = "/sign-in/new-password";

    public static void MapForgotPassword(this IEndpointRouteBuilder app)
    {
        app.MapGet(ForgottenPath, (PageRenderer pages) => pages.Page<ForgottenPage>(new { Form = FormState.Empty })).OnSignInHost().AllowAnonymous();
        app.MapPost(ForgottenPath, AskAsync).OnSignInHost().AllowAnonymous();
        app.MapGet(NewPasswordPath, ShowAsync).OnSignInHost().AllowAnonymous();
        app.MapPost(NewPasswordPath, ChooseAsync).OnSignInHost().AllowAnonymous();
    }

    private static Task<IResult> AskAsync(SignInForm form, AskForNewPassword ask, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => ask.HandleAsync(sent.Text("email"), cancellationToken),
            _ => Task.FromResult(pages.Page<ForgottenPage>(new { Form = FormState.Empty, IsSent = true })),
            state => Task.FromResult(pages.Page<ForgottenPage>(new { Form = state })), cancellationToken);

    private static async Task<IResult> ShowAsync(ChooseNewPassword choose, PageRenderer pages, string? code, CancellationToken cancellationToken) =>
        await PageAsync(choose, pages, code ?? "", FormState.Empty, cancellationToken);

    private static Task<IResult> ChooseAsync(SignInForm form, ChooseNewPassword choose, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => choose.HandleAsync(sent.AsTyped("code"), sent.AsTyped("password"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther("/sign-in?another=true")),
            state => PageAsync(choose, pages, form.AsTyped("code"), state, cancellationToken), cancellationToken);

    private static async Task<IResult> PageAsync(
        ChooseNewPassword choose, PageRenderer pages, string code, FormState form, CancellationToken cancellationToken) =>
        pages.Page<NewPasswordPage>(new { Code = code, IsGood = await choose.IsGoodAsync(code, cancellationToken), Form = form });
}
