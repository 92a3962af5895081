using System.Globalization;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.WriteAvailability;

/// <summary>As the form sends it; times as 18:00.</summary>
/// <param name="Services">Codes; none means all.</param>
/// <param name="Room">Where several doctors share one.</param>
public sealed record HoursInput(
    Guid? Id, DayOfWeek? Weekday, string? Starts, string? Ends, DateOnly? From, DateOnly? Until, IReadOnlyCollection<string> Services, int? Buffer, int? Lead, int? MostPerDay,
    string? Room);

/// <param name="Starts">Left out, with <paramref name="Ends"/>, the whole day is closed.</param>
/// <param name="Services">Of hours that are opened: codes; none means all.</param>
public sealed record ExceptionInput(DateOnly? Day, ExceptionKind? Kind, string? Starts, string? Ends, IReadOnlyCollection<string> Services);

/// <summary>予約枠: hours that recur every week, and the days that are different.</summary>
public sealed class WriteHours(
    TelehealthContext db, AvailabilityAccess access, AppointmentFollowUp followUp, PortalSession session, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostRoom = 40;

    /// <summary>Topic of the pages that show a doctor's hours.</summary>
    public static string Topic(Guid practitioner) => $"availability:{practitioner:N}";

    public async Task<Result<Guid>> SaveAsync(Guid practitionerId, HoursInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(practitionerId, cancellationToken) is not { } practitioner)
        {
            return Error.NotFound("availability.not-found");
        }
        var tenant = tenants.ById(practitioner.TenantId)!;
        if (Wrong(input, tenant) is { Count: > 0 } wrong)
        {
            return Result<Guid>.Refused(wrong);
        }
        var (starts, ends, from) = (Time(input.Starts)!.Value, Time(input.Ends)!.Value, input.From ?? Today(tenant));
        var (buffer, lead) = (input.Buffer ?? 0, input.Lead ?? 0);
        Guid id;
        if (input.Id is { } known)
        {
            if (await db.Availabilities.SingleOrDefaultAsync(a => a.TenantId == tenant.Id && a.PractitionerId == practitionerId && a.Id == known, cancellationToken) is not { } hours)
            {
                return Error.NotFound("availability.not-found");
            }
            hours.Change(input.Weekday!.Value, starts, ends, from, input.Until, input.Services, buffer, lead, input.MostPerDay, input.Room);
            id = known;
        }
        else
        {
            id = Guid.CreateVersion7(clock.GetUtcNow());
            db.Add(Availability.Weekly(practitioner, id, input.Weekday!.Value, starts, ends, from, input.Until, input.Services, buffer, lead, input.MostPerDay, input.Room));
        }
        await db.SaveChangesAsync(cancellationToken);
        await ChangedAsync(practitioner, tenant, "hours", cancellationToken);
        return practitionerId;
    }

    public async Task<Result<Guid>> RemoveAsync(Guid practitionerId, Guid hoursId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(practitionerId, cancellationToken) is not { } practitioner
            || await db.Availabilities.SingleOrDefaultAsync(
                a => a.TenantId == practitioner.TenantId && a.PractitionerId == practitionerId && a.Id == hoursId, cancellationToken) is not { } hours)
        {
            return Error.NotFound("availability.not-found");
        }
        db.Remove(hours);
        await db.SaveChangesAsync(cancellationToken);
        Told(practitioner, "hours removed");
        return practitionerId;
    }

    public async Task<Result<Guid>> ExceptAsync(Guid practitionerId, ExceptionInput input, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(practitionerId, cancellationToken) is not { } practitioner)
        {
            return Error.NotFound("availability.not-found");
        }
        var tenant = tenants.ById(practitioner.TenantId)!;
        if (input.Day is not { } day || day < Today(tenant))
        {
            return Error.OnField("day", "availability.wrong-day");
        }
        if (input.Kind is not { } kind)
        {
            return Error.OnField("kind", "required");
        }
        var (starts, ends) = (Time(input.Starts), Time(input.Ends));
        var wholeDay = input.Starts is null && input.Ends is null;
        if ((wholeDay && kind == ExceptionKind.Open) || (!wholeDay && (starts is null || ends is null || starts == ends)))
        {
            return Error.OnField("exceptStarts", "availability.times");
        }
        if (kind == ExceptionKind.Open && Known(input.Services, tenant).Count != input.Services.Count)
        {
            return Error.OnField("exceptServices", "booking.service");
        }
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        db.Add(kind == ExceptionKind.Open
            ? AvailabilityException.Open(practitioner, id, day, starts!.Value, ends!.Value, input.Services)
            : AvailabilityException.Closed(practitioner, id, day, starts, ends));
        await db.SaveChangesAsync(cancellationToken);
        await ChangedAsync(practitioner, tenant, "exception", cancellationToken);
        return practitionerId;
    }

    public async Task<Result<Guid>> UndoExceptionAsync(Guid practitionerId, Guid exceptionId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(practitionerId, cancellationToken) is not { } practitioner
            || await db.Exceptions.SingleOrDefaultAsync(
                e => e.TenantId == practitioner.TenantId && e.PractitionerId == practitionerId && e.Id == exceptionId, cancellationToken) is not { } exception)
        {
            return Error.NotFound("availability.not-found");
        }
        db.Remove(exception);
        await db.SaveChangesAsync(cancellationToken);
        await ChangedAsync(practitioner, tenants.ById(practitioner.TenantId)!, "exception removed", cancellationToken);
        return practitionerId;
    }

    /// <summary>Whatever has become open may be what somebody waits for: the list is asked for the whole horizon.</summary>
    private async Task ChangedAsync(Practitioner practitioner, TenantInfo tenant, string what, CancellationToken cancellationToken)
    {
        Told(practitioner, what);
        if (tenant.Settings.OnlineConsultation is { Booking.HorizonDays: var horizon }
            && await db.Waiting.AnyAsync(e => e.TenantId == tenant.Id && e.State == WaitingState.Waiting, cancellationToken))
        {
            followUp.Freed(tenant.Id, practitioner.Id, clock.GetUtcNow(), clock.GetUtcNow().AddDays(horizon));
        }
    }

    private void Told(Practitioner practitioner, string what)
    {
        audit.Changed(practitioner.TenantId, "availability", practitioner.Id, what);
        session.Changed(Topic(practitioner.Id));
    }

    private static List<Error> Wrong(HoursInput input, TenantInfo tenant)
    {
        var wrong = new List<Error>();
        if (input.Weekday is null)
        {
            wrong.Add(Error.OnField("weekday", "required"));
        }
        if (Time(input.Starts) is not { } starts)
        {
            wrong.Add(Error.OnField("starts", "availability.time"));
        }
        else if (Time(input.Ends) is not { } ends || ends == starts)
        {
            wrong.Add(Error.OnField("ends", "availability.time"));
        }
        if (input.Until is { } until && until < (input.From ?? DateOnly.MinValue))
        {
            wrong.Add(Error.OnField("until", "availability.wrong-until"));
        }
        if (input.Buffer is < 0 or > 60)
        {
            wrong.Add(Error.OnField("buffer", "availability.wrong-buffer"));
        }
        if (input.Lead is < 0 or > 20_160)
        {
            wrong.Add(Error.OnField("lead", "availability.wrong-lead"));
        }
        if (input.MostPerDay is < 1 or > 100)
        {
            wrong.Add(Error.OnField("most", "availability.wrong-most"));
        }
        if (input.Room?.Length > MostRoom)
        {
            wrong.Add(Error.OnField("room", "too-long", MostRoom));
        }
        if (input.Services.Count != Known(input.Services, tenant).Count)
        {
            wrong.Add(Error.OnField("services", "booking.service"));
        }
        return wrong;
    }

    private static List<string> Known(IReadOnlyCollection<string> services, TenantInfo tenant) =>
        [.. services.Distinct().Where(code => tenant.Settings.OnlineConsultation?.ServiceNamed(code) is not null)];

    private static TimeOnly? Time(string? written) =>
        TimeOnly.TryParseExact(written, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private DateOnly Today(TenantInfo tenant) => WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
}
