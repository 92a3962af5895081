using System.ComponentModel;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ReadAppointment;

/// <param name="Date">By the association's clock; today when null.</param>
/// <param name="After">The place in the list that an earlier answer ended at.</param>
public sealed record ListAppointmentsInput(DateOnly? Date, AppointmentStatus? Status, Guid? PractitionerId, Guid? PatientId, string? After);

/// <summary>Appointments that concern the caller: one, or those of a day. What is read is on the access log.</summary>
public sealed class ReadAppointmentHandler(TelehealthContext db, AppointmentAccess access, AuditTrail audit, ITenantResolver tenants, TenantScope scope, TimeProvider clock)
{
    public const int Limit = 200;

    public async Task<Result<AppointmentView>> OneAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        var onOffer = await db.Offers.AnyAsync(o => o.TenantId == appointment.TenantId && o.AppointmentId == id && o.State == OfferState.Open, cancellationToken);
        audit.Opened(appointment.TenantId, "appointment", id, patient: appointment.PatientId);
        return AppointmentView.Of(appointment, onOffer, tenants);
    }

    public async Task<Result<AppointmentList>> DayAsync(ListAppointmentsInput input, CancellationToken cancellationToken)
    {
        var place = ListCursor.Beginning;
        if (!string.IsNullOrEmpty(input.After) && !ListCursor.TryParse(input.After, out place, out _))
        {
            return Error.OnField("after", "unreadable-value");
        }
        var found = new List<Appointment>();
        // One query where all keep the same clock, as all do in Japan.
        foreach (var clocks in scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().GroupBy(t => t.Zone.Id))
        {
            var (zone, ids) = (clocks.First().Zone, clocks.Select(t => t.Id).ToList());
            var day = input.Date ?? WallClock.Of(clock.GetUtcNow(), zone).Date;
            var (from, until) = (WallClock.At(day, TimeOnly.MinValue, zone).ToUniversalTime(), WallClock.EndOf(day, zone).ToUniversalTime());
            found.AddRange(await Matching(input, place).Where(a => ids.Contains(a.TenantId) && a.StartsAt >= from && a.StartsAt < until)
                .OrderBy(a => a.StartsAt).ThenBy(a => a.Id).Take(Limit).ToListAsync(cancellationToken));
        }
        found = [.. found.OrderBy(a => a.StartsAt).ThenBy(a => a.Id).Take(Limit)];
        audit.Listed("appointment", found.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)));
        return new AppointmentList(
            found.ConvertAll(a => AppointmentLine.Of(a, tenants)), found is { Count: Limit } and [.., var last] ? new ListCursor(last.StartsAt, last.Id).ToString() : null);
    }

    private IQueryable<Appointment> Matching(ListAppointmentsInput input, ListCursor place)
    {
        var appointments = access.Visible().AsNoTracking();
        if (input.Status is { } status)
        {
            appointments = appointments.Where(a => a.Status == status);
        }
        if (input.PractitionerId is { } practitioner)
        {
            appointments = appointments.Where(a => a.PractitionerId == practitioner);
        }
        if (input.PatientId is { } patient)
        {
            appointments = appointments.Where(a => a.PatientId == patient);
        }
        return place == ListCursor.Beginning ? appointments : appointments.Where(a => a.StartsAt > place.At || (a.StartsAt == place.At && a.Id > place.Id));
    }
}

internal static class ReadAppointmentApi
{
    public static void MapReadAppointment(this RouteGroupBuilder api)
    {
        api.MapGet("/appointments", async (
                [Description("The day, by the association's clock; today when left out.")] DateOnly? date,
                [Description("Only those that stand so.")] AppointmentStatus? status,
                [Description("Only those of this doctor.")] Guid? practitionerId,
                [Description("Only those of this patient.")] Guid? patientId,
                [Description("The next of an earlier answer: the appointments that come after those.")] string? after,
                ReadAppointmentHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.DayAsync(new ListAppointmentsInput(date, status, practitionerId, patientId, after), cancellationToken)))
            .RequireRoles([.. AppointmentAccess.Readers])
            .WithName("ListAppointments").WithTags("Appointments")
            .WithSummary("The appointments of a day that concern the caller, the first one first")
            .WithDescription("At most 200 an answer; next leads to the later ones.")
            .Produces<AppointmentList>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/appointments/{id:guid}", async (Guid id, ReadAppointmentHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.OneAsync(id, cancellationToken)))
            .RequireRoles([.. AppointmentAccess.Readers])
            .WithName("ReadAppointment").WithTags("Appointments")
            .WithSummary("An appointment, and what has become of it")
            .Produces<AppointmentView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
