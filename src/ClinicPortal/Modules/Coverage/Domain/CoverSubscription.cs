using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Coverage.Domain;

/// <summary>
/// A version of a clinic's subscription to night cover (契約): what changes ends one and begins the next. A clinic has one at a time.
/// </summary>
public sealed class CoverSubscription : ITenantOwned
{
    private CoverSubscription()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    /// <summary>The same in all versions of one subscription.</summary>
    public Guid ContractId { get; private set; }

    /// <summary>Code of the plan in the association's price list.</summary>
    public string Plan { get; private set; } = "";

    /// <summary>A day of the price list that holds until the subscription changes.</summary>
    public DateOnly PriceFrom { get; private set; }

    /// <summary>The first night that this version covers.</summary>
    public DateOnly StartsOn { get; private set; }

    /// <summary>The first night of the subscription.</summary>
    public DateOnly ContractStartsOn { get; private set; }

    /// <summary>The last night, itself covered; null while it runs on.</summary>
    public DateOnly? EndsOn { get; private set; }

    /// <summary>As the clinic said; the base goes by the number at the end of the month.</summary>
    public int PatientsCovered { get; private set; }

    /// <summary>At the end of the last month.</summary>
    public int? PatientsCounted { get; private set; }

    /// <summary>The last night of the trial (お試し).</summary>
    public DateOnly? TrialUntil { get; private set; }

    /// <summary>The last night of the minimum term.</summary>
    public DateOnly? MinimumUntil { get; private set; }

    public static CoverSubscription Begin(
        Guid tenantId, Guid clinicId, PricePlan plan, DateOnly priceFrom, DateOnly startsOn, int patientsCovered, DateOnly? endsOn = null)
    {
        var id = Guid.CreateVersion7();
        return new()
        {
            TenantId = tenantId,
            Id = id,
            ContractId = id,
            ClinicId = clinicId,
            Plan = plan.Code,
            PriceFrom = priceFrom,
            StartsOn = startsOn,
            ContractStartsOn = startsOn,
            EndsOn = endsOn,
            PatientsCovered = patientsCovered,
            TrialUntil = plan.TrialNights > 0 ? startsOn.AddDays(plan.TrialNights - 1) : null,
            MinimumUntil = plan.MinimumMonths > 0 ? startsOn.AddMonths(plan.MinimumMonths).AddDays(-1) : null,
        };
    }

    /// <summary>Another plan, or today's prices of the same, from a night on. The trial is over with it; the longer of the two minimum terms holds.</summary>
    /// <param name="from">After the first night of this version.</param>
    public CoverSubscription ChangeTo(PricePlan plan, DateOnly priceFrom, DateOnly from, int patients, DateTimeOffset now)
    {
        var next = new CoverSubscription
        {
            TenantId = TenantId,
            Id = Guid.CreateVersion7(now),
            ContractId = ContractId,
            ClinicId = ClinicId,
            Plan = plan.Code,
            PriceFrom = priceFrom,
            StartsOn = from,
            ContractStartsOn = ContractStartsOn,
            EndsOn = EndsOn,
            PatientsCovered = patients,
            PatientsCounted = PatientsCounted,
            MinimumUntil = Later(MinimumUntil, plan.MinimumMonths > 0 ? ContractStartsOn.AddMonths(plan.MinimumMonths).AddDays(-1) : null),
        };
        EndsOn = from.AddDays(-1);
        if (TrialUntil >= from)
        {
            TrialUntil = from.AddDays(-1);
        }
        return next;
    }

    /// <summary>The first night that may be the last: notice and minimum term both kept.</summary>
    public DateOnly EarliestEnd(DateOnly today, int noticeDays)
    {
        var noticed = today.AddDays(noticeDays);
        return MinimumUntil > noticed ? MinimumUntil.Value : noticed < StartsOn ? StartsOn : noticed;
    }

    public void Counted(int patients) => PatientsCounted = patients;

    public void EndOn(DateOnly lastNight) => EndsOn = lastNight;

    /// <summary>A cancellation that is taken back.</summary>
    public void RunOn() => EndsOn = null;

    /// <param name="lastDay">The clinic's last day as a member.</param>
    /// <param name="reopens">The last day of the clinic that is taken back: what ended on it runs on.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Follow(DateOnly? lastDay, DateOnly? reopens)
    {
        var before = EndsOn;
        if (reopens is not null && EndsOn == reopens)
        {
            EndsOn = null;
        }
        if (lastDay is { } last && (EndsOn is not { } end || end > last))
        {
            EndsOn = last;
        }
        return before != EndsOn;
    }

    private static DateOnly? Later(DateOnly? one, DateOnly? other) => one is null || other > one ? other : one;
}
