using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Coverage.Domain;

/// <summary>A clinic's subscription to night cover (契約). A clinic has one at a time.</summary>
public sealed class CoverSubscription : ITenantOwned
{
    private CoverSubscription()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    /// <summary>Code of the plan in the association's price list.</summary>
    public string Plan { get; private set; } = "";

    /// <summary>The first night covered.</summary>
    public DateOnly StartsOn { get; private set; }

    /// <summary>The last night, itself covered; null while it runs on.</summary>
    public DateOnly? EndsOn { get; private set; }

    public int PatientsCovered { get; private set; }

    public static CoverSubscription Begin(Guid tenantId, Guid clinicId, string plan, DateOnly startsOn, int patientsCovered) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(),
        ClinicId = clinicId,
        Plan = plan,
        StartsOn = startsOn,
        PatientsCovered = patientsCovered,
    };
}
