using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.DecideOutcome;

internal static class DecideOutcomeForm
{
    public static void MapDecideOutcome(this IEndpointRouteBuilder app) =>
        app.MapPost("/cases/{id:guid}/outcome", (Guid id, FormPost post, DecideOutcomeHandler decide, CasePages pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => decide.HandleAsync(Input(id, form), cancellationToken),
                _ => $"/cases/{id}",
                state => pages.ShowAsync(id, CaseForms.Fresh with { Outcome = state }, cancellationToken), cancellationToken))
            .RequireCarriers();

    private static DecideOutcomeInput Input(Guid id, FormPost form)
    {
        var outcome = form.Choice<OutcomeKind>("outcome");
        return new DecideOutcomeInput(
            id, outcome, form.Text(outcome == OutcomeKind.Declined ? "declineReason" : "reason"), form.Text("requestedBy"),
            form.Value<Guid>("doctorId"), form.Text("doctorName"), form.Value<int>("revision"));
    }
}
