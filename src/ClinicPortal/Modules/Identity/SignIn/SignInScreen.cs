using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.OutsideSignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>The sign-in page, with every way in that there is to where the sign-in leads.</summary>
internal sealed class SignInScreen(OutsideButtons outside, DemoAccess demo, Problems problems, IHttpContextAccessor http, PageRenderer pages)
{
    public async Task<IResult> ShowAsync(HandoverRequest asked, FormState form, CancellationToken cancellationToken) =>
        pages.Page<SignInPage>(new { Model = new SignInModel(asked, form, await ProviderOfAsync(asked, cancellationToken), demo.SignInsFor(asked.Host)) });

    /// <summary>A way in that did not lead in: the others are still there.</summary>
    public Task<IResult> RefuseAsync(HandoverRequest asked, Error error, CancellationToken cancellationToken)
    {
        http.HttpContext!.Response.StatusCode = error.Kind is ErrorKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        return ShowAsync(asked, FormState.Empty with { Errors = new Dictionary<string, string> { [""] = problems.Message(error) } }, cancellationToken);
    }

    private async Task<OutsideButton?> ProviderOfAsync(HandoverRequest asked, CancellationToken cancellationToken) =>
        asked.Host?.Tenant is { } tenant ? await outside.OfAsync(tenant, asked, cancellationToken) : null;
}
