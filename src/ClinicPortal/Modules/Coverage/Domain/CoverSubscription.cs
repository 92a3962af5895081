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

    /// <summary>The first night of a suspension that has not ended.</summary>
    public DateOnly? PausedFrom { get; private set; }

    /// <param name="lastDay">The clinic's last day as a member.</param>
    /// <param name="reopens">The last day of the clinic that is taken back: what ended on it runs on.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Follow(DateOnly? suspendedFrom, DateOnly? lastDay, DateOnly? reopens)
    {
        var before = (PausedFrom, EndsOn);
        PausedFrom = suspendedFrom;
        if (reopens is not null && EndsOn == reopens)
        {
            EndsOn = null;
        }
        if (lastDay is { } last && (EndsOn is not { } end || end > last))
        {
            EndsOn = last;
        }
        return before != (PausedFrom, EndsOn);
    }

    public static CoverSubscription Begin(Guid tenantId, Guid clinicId, string plan, DateOnly startsOn, int patientsCovered, DateOnly? endsOn = null) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(),
        ClinicId = clinicId,
        Plan = plan,
        StartsOn = startsOn,
        EndsOn = endsOn,
        PatientsCovered = patientsCovered,
    };
}
