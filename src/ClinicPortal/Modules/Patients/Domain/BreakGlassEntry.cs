using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>Why a record had to be opened although nobody's relation of care allowed it.</summary>
public enum BreakGlassReason
{
    /// <summary>Life or limb, with no time to ask.</summary>
    Emergency,

    /// <summary>Found or brought in; the patient cannot say who treats them.</summary>
    Unidentified,

    /// <summary>The patient's clinic cannot be reached and does not know yet.</summary>
    ClinicUnreachable,

    Other,
}

public enum BreakGlassReview
{
    Unreviewed,

    /// <summary>The secretariat found it in order.</summary>
    Reviewed,

    /// <summary>The secretariat asks the person and their organisation about it.</summary>
    Questioned,
}

/// <summary>Why, in one word and in the person's own.</summary>
public sealed record BreakGlassCause(BreakGlassReason Reason, string Explanation);

/// <summary>緊急閲覧: one person opened one patient's record outside their relations, for one night, and said why.</summary>
public sealed class BreakGlassEntry : ISealedRow
{
    private BreakGlassEntry()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PatientId { get; private set; }

    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    public Guid AccountId { get; private set; }

    public string AccountName { get; private set; } = "";

    public string Role { get; private set; } = "";

    public Guid OrganisationId { get; private set; }

    public Sealed<BreakGlassCause> SealedCause { get; private set; } = null!;

    public BreakGlassReason Reason => SealedCause.Value.Reason;

    public string Explanation => SealedCause.Value.Explanation;

    public DateTimeOffset OpenedAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public BreakGlassReview Review { get; private set; }

    public DateTimeOffset? ReviewedAt { get; private set; }

    public string? ReviewedByName { get; private set; }

    public Sealed<string>? SealedReviewNote { get; private set; }

    public string? ReviewNote => SealedReviewNote?.Value;

    /// <param name="endsAt">The end of this night.</param>
    public static BreakGlassEntry Break(
        Guid tenantId, Guid patientId, Guid clinicId, string clinicName, CurrentUser by, BreakGlassReason reason, string explanation, DateTimeOffset now,
        DateTimeOffset endsAt) => new()
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            PatientId = patientId,
            ClinicId = clinicId,
            ClinicName = clinicName,
            AccountId = by.Id,
            AccountName = by.Name,
            Role = by.Role,
            OrganisationId = by.OrganisationId ?? throw new InvalidOperationException("Only members of an organisation break the glass."),
            SealedCause = new BreakGlassCause(reason, explanation),
            OpenedAt = now,
            EndsAt = endsAt,
        };

    /// <summary>Settles the entry, or asks about it; what was settled can still be asked about later.</summary>
    public Error? Judge(BreakGlassReview review, string? note, CurrentUser by, DateTimeOffset now)
    {
        if (review == BreakGlassReview.Unreviewed)
        {
            return Error.OnField("review", "required");
        }
        if (review == BreakGlassReview.Questioned && note is null)
        {
            return Error.OnField("note", "break-glass.question-needed");
        }
        (Review, SealedReviewNote, ReviewedByName, ReviewedAt) = (review, note is null ? null : (Sealed<string>)note, by.Name, now);
        return null;
    }
}
