using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.AnswerDispatch;

/// <summary>The desk takes a request back, or notes what a unit told it by phone.</summary>
internal static class NoteAnswerForm
{
    private static readonly DispatchStep[] Steps = [DispatchStep.Accept, DispatchStep.Depart, DispatchStep.Arrive, DispatchStep.Withdraw];

    public static void MapNoteAnswer(this IEndpointRouteBuilder app)
    {
        foreach (var step in Steps)
        {
            app.MapPost(Path("{caseId:guid}", "{id:guid}", step),
                (Guid caseId, Guid id, FormPost post, AnswerDispatchHandler answer, CasePages pages, CancellationToken cancellationToken) => post.RunAsync(
                    _ => answer.HandleAsync(new AnswerDispatchInput(id, step, null), cancellationToken),
                    _ => $"/cases/{caseId}",
                    state => pages.ShowAsync(caseId, CaseForms.Fresh with { Unit = state }, cancellationToken), cancellationToken))
                .RequireCarriers();
        }
    }

    public static string Path(Guid caseId, Guid id, DispatchStep step) => Path($"{caseId}", $"{id}", step);

    private static string Path(string caseId, string id, DispatchStep step) => $"/cases/{caseId}/dispatches/{id}/{step.ToString().ToLowerInvariant()}";
}
