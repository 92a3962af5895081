using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Visits.Domain;

/// <summary>既読・確認: that one person of a clinic opened the report, and confirmed it.</summary>
public sealed class ReportReceipt : ITenantOwned
{
    private ReportReceipt()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid ReportId { get; private set; }

    public Guid AccountId { get; private set; }

    public string AccountName { get; private set; } = "";

    public Guid ClinicId { get; private set; }

    public DateTimeOffset ReadAt { get; private set; }

    public DateTimeOffset? AcknowledgedAt { get; private set; }

    public static ReportReceipt Of(VisitReport report, CurrentUser reader, DateTimeOffset now) => new()
    {
        TenantId = report.TenantId,
        ReportId = report.Id,
        AccountId = reader.Id,
        AccountName = reader.Name,
        ClinicId = reader.OrganisationId ?? throw new InvalidOperationException("Only clinics give receipts."),
        ReadAt = now,
    };

    /// <summary>確認しました. The first time counts.</summary>
    public void Acknowledge(DateTimeOffset now) => AcknowledgedAt ??= now;
}
