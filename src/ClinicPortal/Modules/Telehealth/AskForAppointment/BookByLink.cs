using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.AskForAppointment;

/// <param name="Own">What the patient has booked or asked for.</param>
/// <param name="Waiting">What the patient waits for.</param>
public sealed record BookByLinkModel(BookingModel Booking, IReadOnlyList<Appointment> Own, IReadOnlyList<WaitingEntry> Waiting);

/// <summary>オンライン診療を申し込む: a patient or family asks for a time by a link; its subject is the patient.</summary>
public sealed class BookByLink(TelehealthContext db, ShowBooking show, AuditTrail audit, TimeProvider clock)
{
    public static VisitorPurpose Purpose { get; } = new("book-consultation", "/book");

    /// <summary>Who it is in the access log.</summary>
    public const string VisitorName = "visitor link";

    public async Task<BookByLinkModel?> HandleAsync(
        Guid patient, string? service, DateOnly? from, FormState form, FormState waiting, CancellationToken cancellationToken)
    {
        if (await show.HandleAsync(patient, service, from, form, waiting, cancellationToken) is not { } booking)
        {
            return null;
        }
        var (tenant, now) = (booking.Tenant.Id, clock.GetUtcNow());
        var own = await db.Appointments.AsNoTracking().Where(a => a.TenantId == tenant && a.PatientId == patient && a.EndsAt > now
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived)
                // What is held for somebody of the waiting list is answered by a link of its own.
                && !db.Offers.Any(o => o.TenantId == tenant && o.AppointmentId == a.Id && o.State == OfferState.Open))
            .OrderBy(a => a.StartsAt).ToListAsync(cancellationToken);
        var entries = await db.Waiting.AsNoTracking().Where(e => e.TenantId == tenant && e.PatientId == patient
            && (e.State == WaitingState.Waiting || e.State == WaitingState.Offered)).OrderBy(e => e.CreatedAt).ToListAsync(cancellationToken);
        audit.Listed("appointment", own.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)));
        return new BookByLinkModel(booking, own, entries);
    }
}
