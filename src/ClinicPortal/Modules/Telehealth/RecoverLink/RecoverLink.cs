using System.Threading.RateLimiting;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Joining = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.RecoverLink;

/// <summary>
/// Who has lost the link asks for another by phone number and birth date. It goes to the contact on record and nowhere else, and the answer is always
/// the same: nobody learns by asking whether somebody is a patient here.
/// </summary>
public sealed class RecoverLink(TelehealthContext db, PatientMessages messages, IVisitorLinks links, TimeProvider clock)
{
    private const int MostInAnHour = 3;
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);
    private static readonly TimeSpan Behind = TimeSpan.FromHours(3);

    public async Task HandleAsync(TenantId tenant, string phone, DateOnly born, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (from, until) = (now - Behind, now + Ahead);
        var open = await db.Appointments.Where(a => a.TenantId == tenant.Value && a.PatientBirthDate == born && a.StartsAt > from && a.StartsAt < until
                && (a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived || a.Status == AppointmentStatus.InProgress))
            .OrderBy(a => a.StartsAt).ToListAsync(cancellationToken);
        if (open.Find(a => a.Told.ContactPhone is { } known && PhoneDigits.Of(known) == phone) is not { } appointment)
        {
            return;
        }
        var patient = await db.Participants.SingleAsync(p => p.TenantId == tenant.Value && p.AppointmentId == appointment.Id && p.Role == ParticipantRole.Patient, cancellationToken);
        var given = await links.OfAsync(Joining.Purpose, tenant, patient.Id, cancellationToken);
        if (given.Count(link => link.CreatedAt > now.AddHours(-1)) < MostInAnHour)
        {
            await messages.SendJoinLinkAsync(appointment, $"lost-{given.Count}", cancellationToken);
        }
    }
}

/// <summary>How often one address may ask, on this node: what is asked for goes to a patient's phone.</summary>
public sealed class RecoveryLimit : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromHours(1) }));

    public bool Take(string address)
    {
        using var lease = limiter.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
