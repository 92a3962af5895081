using System.Globalization;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>That a patient was told who looked: what was asked for, why, and who issued it. Never changed.</summary>
public sealed class LookSheetIssue : ISealedRow
{
    private LookSheetIssue()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PatientId { get; private set; }

    /// <summary>As it stands on the sheet.</summary>
    public string Number { get; private set; } = "";

    public DateOnly From { get; private set; }

    /// <summary>Included.</summary>
    public DateOnly Until { get; private set; }

    public Sealed<string> SealedReason { get; private set; } = null!;

    public string Reason => SealedReason.Value;

    public Guid IssuedBy { get; private set; }

    public string IssuedByName { get; private set; } = "";

    public DateTimeOffset IssuedAt { get; private set; }

    public static LookSheetIssue Of(Patient patient, DateOnly from, DateOnly until, string reason, CurrentUser issuer, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new LookSheetIssue
        {
            TenantId = patient.TenantId,
            Id = id,
            PatientId = patient.Id,
            Number = string.Create(CultureInfo.InvariantCulture, $"K{now.UtcDateTime:yyMMdd}-{id.ToString("N")[^6..].ToUpperInvariant()}"),
            From = from,
            Until = until,
            SealedReason = reason,
            IssuedBy = issuer.Id,
            IssuedByName = issuer.Name,
            IssuedAt = now,
        };
    }
}
