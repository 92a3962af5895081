using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Components;
using Purpose = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.PrepareVisit;

/// <summary>The pages of patient and family before the consultation: the pass in the browser is the right to them.</summary>
internal static class PrepareEndpoints
{
    private const string VisitorName = "visitor link";
    private const string Page = "/join/prepare";
    private const string ConsentPath = "/join/consent";

    public static void MapPrepareVisit(this IEndpointRouteBuilder app)
    {
        app.MapGet(Page, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) =>
            visitor.RunAsync(Purpose.Purpose, VisitorName, (services, pass) => ShowAsync<PreparePage>(services, pass, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapGet(ConsentPath, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) =>
            visitor.RunAsync(Purpose.Purpose, VisitorName, (services, pass) => ShowAsync<ConsentPage>(services, pass, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        Post(app, Page + "/doctor", (prepare, pass, _, ct) => prepare.ConfirmDoctorAsync(pass, ct));
        Post(app, Page + "/consent", (prepare, pass, form, ct) => prepare.ConsentAsync(pass, new GivenConsent(
            form.Checked("agrees"), Short(form.Text("name")), Short(form.Text("relation")), form.Text("whose") == "family", form.Text("version")), ct));
        Post(app, Page + "/questionnaire", (prepare, pass, form, ct) => prepare.AnswerAsync(pass, form.Text("version"), form.Text, ct));
        Post(app, Page + "/document", async (prepare, pass, form, ct) => await prepare.UploadAsync(pass, await FileAsync(form.File("document"), ct), ct));
        Post(app, ConsentPath + "/withdraw", (prepare, pass, _, ct) => prepare.WithdrawAsync(pass, ct));
    }

    private static void Post(
        IEndpointRouteBuilder app, string path, Func<PrepareVisit, VisitorPass, FormPost, CancellationToken, Task<Result<Guid>>> step) =>
        app.MapPost(path, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            Purpose.Purpose, VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => step(services.GetRequiredService<PrepareVisit>(), pass, form, ct), _ => Page, state => ShowAsync<PreparePage>(services, pass, state, pages, ct), ct),
            ct)).AllowAnonymous();

    private static async Task<IResult> ShowAsync<TPage>(IServiceProvider services, VisitorPass pass, FormState form, PageRenderer pages, CancellationToken cancellationToken)
        where TPage : IComponent
    {
        var model = await services.GetRequiredService<PrepareVisit>().ShowAsync(pass, cancellationToken);
        if (model is null)
        {
            return Results.NotFound();
        }
        if (typeof(TPage) == typeof(PreparePage) && (model.IsOver || model.Step is null))
        {
            // Nothing is left to do here: the waiting room, or the page that says that it is over.
            return FormPost.SeeOther(model.IsOver ? "/join" : "/join/room");
        }
        return pages.Page<TPage>(new { Model = model, Form = form });
    }

    /// <summary>One byte more than may come is enough to know that it is too much.</summary>
    private static async Task<byte[]> FileAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return [];
        }
        await using var content = file.OpenReadStream();
        var bytes = new byte[Math.Min(file.Length, IdentityDocument.MaxBytes + 1)];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static string? Short(string? text) => text is { Length: > 100 } ? text[..100] : text;
}
