using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.BuyNight;

/// <summary>A night that can be bought, and what it costs. Yen without tax.</summary>
public sealed record NightOnOffer(DateOnly Night, CoverKind Kind, int Yen, DateTimeOffset Until, string Plan, DateOnly PriceFrom)
{
    /// <returns>Null where the association sells none on that date.</returns>
    public static NightOnOffer? Of(TenantInfo tenant, DateOnly night)
    {
        if (tenant.Document.Prices.On(night) is not { Nights: { } nights } list)
        {
            return null;
        }
        var calendar = TenantCalendars.Of(tenant).OutOfHours;
        var holiday = calendar.IsAllDay(night);
        return new NightOnOffer(
            night, holiday ? CoverKind.HolidayDay : CoverKind.SingleNight, nights.PriceOf(holiday ? PriceKind.HolidayDay : PriceKind.SingleNight, night),
            calendar.BeginningOf(night, tenant.Zone).AddMinutes(-nights.CloseMinutesBefore), nights.Plan, list.EffectiveFrom);
    }
}

/// <summary>1 夜の利用: a clinic without cover buys a night, or a holiday of 24 hours, until shortly before it begins.</summary>
public sealed class BuyNight(CoverageDbContext db, CoverAccess access, ICover covers, AuditTrail audit)
{
    public async Task<Result<Guid>> HandleAsync(Guid? clinic, DateOnly? night, CancellationToken cancellationToken)
    {
        var taken = await access.TakeAsync(clinic, cancellationToken);
        if (!taken.Succeeded)
        {
            return Result<Guid>.Refused(taken.Errors);
        }
        var cover = taken.Value;
        if (night is not { } date)
        {
            return Error.OnField("night", "required");
        }
        if (date > cover.Today.AddMonths(CoverAccess.FarthestMonths) || NightOnOffer.Of(cover.Tenant, date) is not { } offer)
        {
            return Error.OnField("night", "night.not-sold");
        }
        if (cover.Now >= offer.Until)
        {
            return Error.OnField("night", "night.too-late");
        }
        if (cover.Clinic.Membership.StateOn(date) is MembershipState.Suspended or MembershipState.Left)
        {
            return Error.OnField("night", "cover.not-a-member");
        }
        if (await db.BoughtNights.AnyAsync(n => n.ClinicId == cover.Clinic.Id.Value && n.Night == date, cancellationToken)
            || await covers.ForClinicAsync(cover.Clinic.Id, date, cover.Now, cancellationToken) is { IsCovered: true })
        {
            return Error.Conflict("night.covered");
        }
        var bought = BoughtNight.Of(cover.Tenant.Id, cover.Clinic.Id.Value, date, offer.Kind, offer.Plan, offer.PriceFrom, offer.Yen, access.User, cover.Now);
        db.Add(bought);
        access.Note(cover, null, CoverChangeKind.NightBought, date, after: offer.Plan);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(cover.Tenant.Id, "bought-night", bought.Id);
        return bought.Id;
    }
}
