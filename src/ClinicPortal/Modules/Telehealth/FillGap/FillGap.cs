using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.FillGap;

/// <summary>Time of a doctor that became free.</summary>
internal sealed record Gap(Guid Practitioner, DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// キャンセル待ちの案内: offers a time that became free to the first of the waiting list whom it fits. An appointment holds the time until the answer, so that an
/// offer is a promise; what is refused or not answered becomes free again and is offered to the next. Who was offered a time is not offered it again.
/// </summary>
internal sealed class FillGap(
    TelehealthContext db, PortalSession session, FreeTimes free, Reservation reservation, PatientMessages messages, AppointmentNews news, IPatients patients,
    ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "telehealth.fill-gap";

    public static WorkItem Of(TenantId tenant, Gap gap, DateTimeOffset now) =>
        WorkItem.For(Kind, tenant, gap, $"{Kind}:{gap.Practitioner}:{gap.From.UtcTicks}:{Guid.CreateVersion7(now)}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var gap = item.Read<Gap>();
        if (await db.Practitioners.AsNoTracking().SingleOrDefaultAsync(p => p.Id == gap.Practitioner && p.Active, cancellationToken) is not { } practitioner
            || tenants.ById(practitioner.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return;
        }
        var waiting = await db.Waiting.Where(e => e.TenantId == tenant.Id && e.State == WaitingState.Waiting)
            .OrderBy(e => e.CreatedAt).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        foreach (var entry in waiting.Where(e => e.UntilDay < free.Today(tenant)))
        {
            entry.Expire();
        }
        await db.SaveChangesAsync(cancellationToken);
        foreach (var entry in waiting.Where(e => e.State == WaitingState.Waiting))
        {
            if (settings.ServiceNamed(entry.Service) is { } service && await SlotAsync(gap, tenant, practitioner, service, entry, cancellationToken) is { } slot)
            {
                await OfferAsync(tenant, settings, practitioner, service, entry, slot, cancellationToken);
            }
        }
    }

    /// <summary>The first time within the gap that the person wants and was not offered before.</summary>
    private async Task<Slot?> SlotAsync(
        Gap gap, TenantInfo tenant, Practitioner practitioner, ServiceSettings service, WaitingEntry entry, CancellationToken cancellationToken)
    {
        var (from, until) = (WallClock.Of(gap.From, tenant.Zone).Date, WallClock.Of(gap.Until, tenant.Zone).Date);
        var question = await free.AskAsync(tenant, practitioner, service, from, until, null, cancellationToken);
        var before = await db.Offers.Where(o => o.TenantId == tenant.Id && o.EntryId == entry.Id && o.PractitionerId == practitioner.Id)
            .Select(o => o.StartsAt).ToListAsync(cancellationToken);
        // Exactly where the gap begins, whether or not the list of all times would have one there.
        return FreeSlots.Of(question).Prepend(FreeSlots.Fit(question, gap.From)).OfType<Slot>()
            .FirstOrDefault(slot => slot.StartsAt >= gap.From && slot.StartsAt < gap.Until && entry.Wants(practitioner, slot.StartsAt, tenant.Zone)
                && !before.Contains(slot.StartsAt.ToUniversalTime()));
    }

    private async Task OfferAsync(
        TenantInfo tenant, OnlineConsultationSettings settings, Practitioner practitioner, ServiceSettings service, WaitingEntry entry, Slot slot,
        CancellationToken cancellationToken)
    {
        if (await patients.FindAsync(new PatientId(entry.PatientId), cancellationToken) is not { } patient)
        {
            return;
        }
        var taken = await reservation.TakeAsync(new Reserved(tenant, practitioner, patient, service, slot.StartsAt, entry.Told, Proposed: true), cancellationToken);
        if (!taken.Succeeded)
        {
            // Somebody was faster, or the patient has another appointment then: the next one is asked.
            return;
        }
        // A refused reservation lets go of what was read before it.
        var (now, held) = (clock.GetUtcNow(), taken.Value);
        var waits = await db.Waiting.SingleAsync(e => e.TenantId == tenant.Id && e.Id == entry.Id, cancellationToken);
        var expiresAt = now.AddMinutes(settings.Booking.OfferMinutes) < held.StartsAt ? now.AddMinutes(settings.Booking.OfferMinutes) : held.StartsAt;
        var offer = WaitingOffer.Of(waits, held, expiresAt, now);
        waits.Offer();
        db.Offers.Add(offer);
        news.Add(held, AppointmentEventKind.Proposed);
        await db.SaveChangesAsync(cancellationToken);
        await messages.SendOfferAsync(held, offer, cancellationToken);
        session.Enqueue(OfferExpires.Of(offer, now));
    }
}

internal sealed record OfferRef(Guid Offer);

/// <summary>Nobody answered in time: the time goes to the next.</summary>
internal sealed class OfferExpires(TelehealthContext db, AnswerOffer.AnswerOfferHandler answers) : IWorkHandler
{
    public static string Kind => "telehealth.offer-expires";

    public static WorkItem Of(WaitingOffer offer, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(offer.TenantId), new OfferRef(offer.Id), $"{Kind}:{offer.Id}", now, offer.ExpiresAt);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<OfferRef>().Offer;
        if (await db.Offers.SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is { State: OfferState.Open } offer)
        {
            await answers.LetGoAsync(offer, OfferState.Expired, cancellationToken);
        }
    }
}
