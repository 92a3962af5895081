using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.WriteNote;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.IssuePrescription;

internal static class PrescriptionEndpoints
{
    public static void MapPrescriptions(this IEndpointRouteBuilder app)
    {
        var prescriptions = app.MapGroup("/prescriptions/{id:guid}").RequireRoles(ShowNote.Readers);
        prescriptions.MapGet("", (Guid id, string? shown, SendPrescription send, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, shown, FormState.Empty, send, pages, ct));
        prescriptions.MapGet("/print", async (Guid id, SendPrescription send, PageRenderer pages, CancellationToken ct) =>
            await send.PrintAsync(id, ct) is { } sheet ? pages.Page<PrescriptionSheet>(new { Model = sheet }) : Results.NotFound());
        prescriptions.MapPost("/links", (Guid id, SendPrescription send, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => send.GiveAsync(id, ct), shown => $"/prescriptions/{id}?shown={shown}", state => ShowAsync(id, null, state, send, pages, ct), ct));
        prescriptions.MapPost("/links/{link:guid}/revoke", (Guid id, Guid link, SendPrescription send, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => send.RevokeAsync(id, link, ct), _ => $"/prescriptions/{id}", state => ShowAsync(id, null, state, send, pages, ct), ct));

        // The pass in the pharmacy's browser is the right to it.
        app.MapGet(SendPrescription.Purpose.Path, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            SendPrescription.Purpose, "pharmacy link",
            async (services, pass) => await services.GetRequiredService<SendPrescription>().ReadByLinkAsync(pass.Subject, ct) is { } sheet
                ? pages.Page<PrescriptionSheet>(new { Model = sheet }) : Results.NotFound(),
            ct)).AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(Guid id, string? shown, FormState state, SendPrescription send, PageRenderer pages, CancellationToken cancellationToken) =>
        await send.ShowAsync(id, shown, state, cancellationToken) is { } model ? pages.Page<PrescriptionPage>(new { Model = model }) : Results.NotFound();
}
