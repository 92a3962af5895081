using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.TriageCase;

internal static class TriageCaseForm
{
    public static void MapTriageCase(this IEndpointRouteBuilder app) =>
        app.MapPost("/cases/{id:guid}/triage", (Guid id, FormPost post, TriageCaseHandler triage, CasePages pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => triage.HandleAsync(
                    new TriageCaseInput(id, form.Choice<TriageLevel>("level"), form.Text("reason"), form.Checked("expectedDeath"), form.Value<int>("revision")),
                    cancellationToken),
                _ => $"/cases/{id}",
                state => pages.ShowAsync(id, CaseForms.Fresh with { Triage = state }, cancellationToken), cancellationToken))
            .RequireCarriers();
}
