using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.AnswerOffer;

/// <summary>空いた時間の案内: the page of somebody from the waiting list; the link's subject is the appointment that holds the time.</summary>
public static class AnswerOffer
{
    public static VisitorPurpose Purpose { get; } = new("answer-offer", "/offer");
}

/// <param name="Offer">As it stands: answered ones are shown with their answer.</param>
public sealed record OfferShown(Appointment Held, WaitingOffer Offer, TenantInfo Tenant);

/// <summary>Takes the answer to an offered time.</summary>
public sealed class AnswerOfferHandler(TelehealthContext db, AppointmentFollowUp followUp, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<OfferShown?> ShowAsync(Guid appointment, CancellationToken cancellationToken)
    {
        if (await OfAsync(appointment, cancellationToken) is not var (held, offer))
        {
            return null;
        }
        audit.Opened(held.TenantId, "appointment", held.Id, AnswerOffer.Purpose.Name, patient: held.PatientId);
        return new OfferShown(held, offer, tenants.ById(held.TenantId)!);
    }

    /// <summary>Who waited has it, and it needs nobody's consent: the clinic put the patient on the list.</summary>
    public async Task<Result<Appointment>> AcceptAsync(Guid appointment, CancellationToken cancellationToken)
    {
        if (await OfAsync(appointment, cancellationToken) is not var (held, offer))
        {
            return Error.NotFound("appointment.not-found");
        }
        return await TakeAsync(held, offer, cancellationToken) is { } refusal ? refusal : held;
    }

    public async Task<Result<Appointment>> RefuseAsync(Guid appointment, CancellationToken cancellationToken)
    {
        if (await OfAsync(appointment, cancellationToken) is not var (held, offer))
        {
            return Error.NotFound("appointment.not-found");
        }
        return await LetGoAsync(offer, OfferState.Refused, cancellationToken) is { } refusal ? refusal : held;
    }

    /// <summary>Books what an offer holds.</summary>
    public async Task<Error?> TakeAsync(Appointment held, WaitingOffer offer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (offer.State == OfferState.Open && offer.ExpiresAt <= now)
        {
            return Error.Conflict("offer.too-late");
        }
        if ((offer.Answer(OfferState.Accepted, now) ?? held.Accept()) is { } refusal)
        {
            return refusal;
        }
        (await EntryAsync(offer, cancellationToken)).Book();
        await db.SaveChangesAsync(cancellationToken);
        await followUp.BookedAsync(held, cancellationToken);
        return null;
    }

    /// <summary>The time becomes free for the next; the entry goes on waiting for another.</summary>
    public async Task<Error?> LetGoAsync(WaitingOffer offer, OfferState answer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = await db.Appointments.SingleAsync(a => a.TenantId == offer.TenantId && a.Id == offer.AppointmentId, cancellationToken);
        if ((offer.Answer(answer, now) ?? held.Cancel(null, now)) is { } refusal)
        {
            return refusal;
        }
        (await EntryAsync(offer, cancellationToken)).WaitOn();
        await db.SaveChangesAsync(cancellationToken);
        await followUp.CancelledAsync(held, null, tell: false, cancellationToken);
        return null;
    }

    private Task<WaitingEntry> EntryAsync(WaitingOffer offer, CancellationToken cancellationToken) =>
        db.Waiting.SingleAsync(e => e.TenantId == offer.TenantId && e.Id == offer.EntryId, cancellationToken);

    private async Task<(Appointment Held, WaitingOffer Offer)?> OfAsync(Guid appointment, CancellationToken cancellationToken) =>
        await db.Offers.SingleOrDefaultAsync(o => o.AppointmentId == appointment, cancellationToken) is { } offer
            ? (await db.Appointments.SingleAsync(a => a.TenantId == offer.TenantId && a.Id == appointment, cancellationToken), offer) : null;
}
