using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.IdentifyPatient;

internal static class IdentifyPatientEndpoint
{
    public static void MapIdentifyPatient(this IEndpointRouteBuilder app)
    {
        app.MapGet("/cases/{id:guid}/patient", FindAsync).RequireCarriers();
        app.MapPost("/cases/{id:guid}/patient/search", async (Guid id, FindPatient find, HiddenSearch hidden, CancellationToken cancellationToken) =>
            await find.HandleAsync(id, null, cancellationToken) is null ? Results.NotFound() : await hidden.LeadAsync($"/cases/{id}/patient", cancellationToken))
            .RequireCarriers();
        app.MapPost("/cases/{id:guid}/patient", (Guid id, FormPost post, IdentifyPatientHandler identify, CasePages pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => identify.HandleAsync(id, form.Value<Guid>("patientId"), cancellationToken),
                _ => $"/cases/{id}",
                state => pages.ShowAsync(id, CaseForms.Fresh with { Patient = state }, cancellationToken), cancellationToken))
            .RequireCarriers();
    }

    private static async Task<IResult> FindAsync(
        Guid id, string? search, HiddenSearch hidden, HttpContext context, FindPatient find, CasePages casePages, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        if (await find.HandleAsync(id, hidden.Read(search), cancellationToken) is not { } found)
        {
            return Results.NotFound();
        }
        return context.Request.Headers["Turbo-Frame"] == PatientHits.Frame
            ? pages.Fragment<PatientHits>(new { Model = found })
            : await casePages.ShowAsync(id, CaseForms.Fresh, cancellationToken, found);
    }
}
