using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>The whole report as it stands; what is left out is empty. Nothing is filled in for the doctor.</summary>
/// <param name="Vitals">As measured; outside plausible ranges they are refused.</param>
/// <param name="Findings">Required to submit. Each text: at most 4,000 characters.</param>
/// <param name="Treatment">Required to submit.</param>
/// <param name="NextStep">Required to submit.</param>
/// <param name="EndOfLife">The patient died at home and the doctor confirmed it (看取り).</param>
/// <param name="DeathExpected">Whether the death had been expected.</param>
/// <param name="TimeOfDeath">Required to submit if, and only if, <paramref name="EndOfLife"/>; not the time of confirmation; not in the future and not
/// more than 24 h before the call.</param>
/// <param name="DeathConfirmedAt">When the doctor confirmed the death.</param>
/// <param name="PresentAtDeath">Who was with the patient; at most 200 characters.</param>
/// <param name="Version">As last answered: refuses with <c>changed-meanwhile</c> if somebody wrote since.</param>
public sealed record ReportRequest(
    Vitals? Vitals, string? Findings, string? Treatment, string? Prescription, string? NextStep, string? FreeText,
    bool EndOfLife = false, bool? DeathExpected = null, DateTimeOffset? TimeOfDeath = null, DateTimeOffset? DeathConfirmedAt = null,
    string? PresentAtDeath = null, uint? Version = null)
{
    internal ReportContent ToContent() => new()
    {
        Vitals = Vitals ?? new Vitals(),
        Findings = Text(Findings),
        Treatment = Text(Treatment),
        Prescription = Text(Prescription),
        NextStep = Text(NextStep),
        FreeText = Text(FreeText),
        EndOfLife = EndOfLife,
        DeathExpected = DeathExpected,
        TimeOfDeath = TimeOfDeath,
        DeathConfirmedAt = DeathConfirmedAt,
        PresentAtDeath = Text(PresentAtDeath),
    };

    internal static ReportRequest Of(ReportContent content, uint version) => new(
        content.Vitals, content.Findings, content.Treatment, content.Prescription, content.NextStep, content.FreeText,
        content.EndOfLife, content.DeathExpected, content.TimeOfDeath, content.DeathConfirmedAt, content.PresentAtDeath, version);

    private static string? Text(string? sent) => string.IsNullOrWhiteSpace(sent) ? null : sent.Trim();
}

internal static class WriteReportApi
{
    public static void MapWriteReport(this RouteGroupBuilder api)
    {
        api.MapPut("/cases/{id:guid}/report",
            (Guid id, ReportRequest request, SaveReportHandler save, ApiCommand command, CancellationToken cancellationToken) =>
                command.PutAsync(
                    () => save.HandleAsync(new SaveReportInput(new CaseId(id), request.ToContent(), request.Version), cancellationToken), cancellationToken))
            .RequireRoles(Roles.NightDoctor, Roles.ClinicDoctor)
            .WithName("SaveReport").WithTags("Reports")
            .WithSummary("Saves the draft of the visit's report")
            .Produces<ReportReceiptDetails>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        api.MapPost("/cases/{id:guid}/report/submit",
            (Guid id, NoFields? body, SubmitReportHandler submit, ApiCommand command, CancellationToken cancellationToken) =>
                command.RunAsync(() => submit.HandleAsync(new SubmitReportInput(new CaseId(id)), cancellationToken), null, cancellationToken))
            .RequireRoles(Roles.NightDoctor, Roles.ClinicDoctor)
            .IsCommand()
            .WithName("SubmitReport").WithTags("Reports")
            .WithSummary("Hands in the saved report; the primary clinic has it at once and it never changes again")
            .Produces<ReportReceiptDetails>();
    }
}
