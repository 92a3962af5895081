using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>Why a grant ended before its day.</summary>
public enum RevocationCause
{
    /// <summary>A clinic of the patient's ended it.</summary>
    ByHand,

    /// <summary>The clinic that gave it, or the one that it was given to, left the association.</summary>
    ClinicLeft,
}

/// <summary>How a patient, or who speaks for the patient, has consented (同意).</summary>
public enum ConsentHow
{
    Written,
    Oral,
}

/// <summary>What a grant is about to say: to whom, what, until when, by whose consent.</summary>
/// <param name="Grantee">A clinic, a care facility or the night desk of the same association.</param>
/// <param name="ConsentBy">Who consented, such as 本人 or 長女 佐藤 一子.</param>
public sealed record SharingTerms(
    SharingPartner Grantee, bool Summary, bool Reports, string ConsentBy, ConsentHow ConsentHow, DateOnly ConsentOn, DateTimeOffset ExpiresAt);

/// <summary>Somebody a clinic may share with.</summary>
public sealed record SharingPartner(OrganisationKind Kind, Guid Id, string Name);

/// <summary>
/// 共有: the primary clinic lets one other organisation see one patient, in one direction, until a day. It can be ended at any time and
/// is never rewritten, so that who could see what, and by whose consent, can be told afterwards.
/// </summary>
public sealed class SharingGrant : ISealedRow
{
    private SharingGrant()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PatientId { get; private set; }

    /// <summary>Whose patient it was when the grant was given.</summary>
    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    public OrganisationKind GranteeKind { get; private set; }

    public Guid GranteeId { get; private set; }

    public string GranteeName { get; private set; } = "";

    /// <summary>患者サマリー.</summary>
    public bool Summary { get; private set; }

    /// <summary>往診報告書, earlier ones included.</summary>
    public bool Reports { get; private set; }

    public Sealed<string> SealedConsentBy { get; private set; } = null!;

    public string ConsentBy => SealedConsentBy.Value;

    public ConsentHow ConsentHow { get; private set; }

    public DateOnly ConsentOn { get; private set; }

    public DateTimeOffset GivenAt { get; private set; }

    public Guid GivenById { get; private set; }

    public string GivenByName { get; private set; } = "";

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Who ended it; the clinic's name where that left.</summary>
    public string? RevokedByName { get; private set; }

    public RevocationCause? RevokedBecause { get; private set; }

    public static SharingGrant Give(Patient patient, SharingTerms terms, CurrentUser by, DateTimeOffset now) => new()
    {
        TenantId = patient.TenantId,
        Id = Guid.CreateVersion7(now),
        PatientId = patient.Id,
        ClinicId = patient.PrimaryClinicId,
        ClinicName = patient.PrimaryClinicName,
        GranteeKind = terms.Grantee.Kind,
        GranteeId = terms.Grantee.Id,
        GranteeName = terms.Grantee.Name,
        Summary = terms.Summary,
        Reports = terms.Reports,
        SealedConsentBy = terms.ConsentBy,
        ConsentHow = terms.ConsentHow,
        ConsentOn = terms.ConsentOn,
        GivenAt = now,
        GivenById = by.Id,
        GivenByName = by.Name,
        ExpiresAt = terms.ExpiresAt,
    };

    public bool IsActiveAt(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public Error? Revoke(CurrentUser by, DateTimeOffset now)
    {
        if (!IsActiveAt(now))
        {
            return Error.Conflict("sharing.over");
        }
        (RevokedAt, RevokedByName, RevokedBecause) = (now, by.Name, RevocationCause.ByHand);
        return null;
    }

    /// <summary>Of no effect on one that is over already.</summary>
    /// <param name="clinic">The one of the two that has left the association.</param>
    public void EndWithMembership(string clinic, DateTimeOffset now)
    {
        if (IsActiveAt(now))
        {
            (RevokedAt, RevokedByName, RevokedBecause) = (now, clinic, RevocationCause.ClinicLeft);
        }
    }
}

/// <summary>A clinic's own rule on the reports of its patients' visits: who besides it reads them without being granted each.</summary>
public sealed class SharingRule : ITenantOwned
{
    private SharingRule()
    {
    }

    public SharingRule(Guid tenantId, Guid clinicId) => (TenantId, ClinicId) = (tenantId, clinicId);

    public Guid TenantId { get; private set; }

    public Guid ClinicId { get; private set; }

    public bool ReportsToSecondary { get; private set; }

    public bool ReportsToFacility { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public string ChangedByName { get; private set; } = "";

    public void Set(bool secondary, bool facility, CurrentUser by, DateTimeOffset now) =>
        (ReportsToSecondary, ReportsToFacility, ChangedByName, ChangedAt) = (secondary, facility, by.Name, now);
}
