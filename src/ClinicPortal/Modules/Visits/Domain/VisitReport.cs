using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Visits.Domain;

public enum ReportState
{
    /// <summary>一時保存: only who writes it sees it.</summary>
    Draft,

    /// <summary>Handed in; nothing in it changes any more, and the database holds that too.</summary>
    Submitted,
}

/// <summary>往診報告書: what the doctor found and did.</summary>
public sealed class VisitReport : ISealedRow
{
    private VisitReport()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid? CaseId { get; private set; }

    /// <summary>Of the unit that went; none where the doctor saw the patient by video or phone.</summary>
    public Guid? DispatchId { get; private set; }

    /// <summary>Of the consultation, where it was one.</summary>
    public Guid? AppointmentId { get; private set; }

    public ReportState State { get; private set; }

    public Sealed<ReportContent> SealedContent { get; private set; } = null!;

    public ReportContent Content => SealedContent.Value;

    /// <summary>Who wrote last.</summary>
    public Guid AuthorId { get; private set; }

    public string AuthorName { get; private set; } = "";

    public DateTimeOffset SavedAt { get; private set; }

    public DateTimeOffset? SubmittedAt { get; private set; }

    public uint Version { get; private set; }

    public static VisitReport Begin(Guid tenantId, Guid caseId, Guid dispatchId, CurrentUser author, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        CaseId = caseId,
        DispatchId = dispatchId,
        State = ReportState.Draft,
        SealedContent = new ReportContent(),
        AuthorId = author.Id,
        AuthorName = author.Name,
        SavedAt = now,
    };

    /// <summary>What a doctor has signed as the note of a consultation is handed in as it is: nobody writes in it again.</summary>
    public static VisitReport OfConsultation(SignedConsultation of, DateTimeOffset now) => new()
    {
        TenantId = of.TenantId,
        Id = Guid.CreateVersion7(now),
        CaseId = of.CaseId,
        AppointmentId = of.Id.Value,
        State = ReportState.Submitted,
        SealedContent = ReportContent.Of(of.Note),
        AuthorId = of.DoctorId,
        AuthorName = of.DoctorName,
        SavedAt = of.SignedAt,
        SubmittedAt = now,
    };

    /// <summary>Replaces the draft.</summary>
    public IReadOnlyList<Error> Write(ReportContent content, DateTimeOffset caseReceivedAt, CurrentUser author, DateTimeOffset now)
    {
        if (State == ReportState.Submitted)
        {
            return [Error.Conflict("report.already-submitted")];
        }
        var problems = content.Problems(caseReceivedAt, now);
        if (problems.Count > 0)
        {
            return problems;
        }
        SealedContent = content with { TimeOfDeath = content.TimeOfDeath?.ToUniversalTime(), DeathConfirmedAt = content.DeathConfirmedAt?.ToUniversalTime() };
        (AuthorId, AuthorName, SavedAt) = (author.Id, author.Name, now);
        return [];
    }

    /// <summary>Hands it in as it was written. The clinic must learn what was found, what was done and what comes next.</summary>
    public IReadOnlyList<Error> Submit(DateTimeOffset now)
    {
        if (State == ReportState.Submitted)
        {
            return [Error.Conflict("report.already-submitted")];
        }
        var missing = Missing().Select(field => Error.OnField(field, "required")).ToList();
        if (missing.Count == 0)
        {
            (State, SubmittedAt) = (ReportState.Submitted, now);
        }
        return missing;
    }

    private IEnumerable<string> Missing()
    {
        if (Content.Findings is null)
        {
            yield return "findings";
        }
        if (Content.Treatment is null)
        {
            yield return "treatment";
        }
        if (Content.NextStep is null)
        {
            yield return "nextStep";
        }
        if (Content is { EndOfLife: true, TimeOfDeath: null })
        {
            yield return "timeOfDeath";
        }
    }
}
