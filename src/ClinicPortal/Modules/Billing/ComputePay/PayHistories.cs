using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.ComputePay;

/// <summary>What one person worked in one role for one employer.</summary>
/// <param name="Videos">Days of consultations by video, or by phone where that failed, outside of shifts.</param>
internal sealed record PersonHistory(PaySheetKey Key, string PersonName, string EmployerName, IReadOnlyList<PayShift> Shifts, IReadOnlyList<DateOnly> Videos);

/// <param name="StrayVisits">When visits were made of which no attendance says by whom.</param>
/// <param name="SetAside">Visits whose report was tampered with: whether they are paid for is decided by people.</param>
internal sealed record PayHistory(
    IReadOnlyDictionary<PaySheetKey, PersonHistory> People, IReadOnlyList<DateOnly> StrayVisits, IReadOnlyList<WorkedVisit> SetAside, TimeZoneInfo Zone)
{
    /// <returns>What is computed of a month, with the hours of the days before it that its first week has.</returns>
    public PayComputation Compute(PaySheetKey key, DateOnly month, PayRates rates, PayKind kind)
    {
        var (first, end) = (PayRules.FirstDay(month, rates), month.AddMonths(1));
        var person = People.GetValueOrDefault(key);
        return PayRules.Compute(
            month, person?.Shifts.Where(s => DayOf(s) is var day && day >= first && day < end) ?? [], rates, key.Role, kind, Zone,
            [.. person?.Videos.Where(day => day >= month && day < end) ?? []]);
    }

    public IEnumerable<PaySheetKey> WorkedIn(DateOnly month)
    {
        var end = month.AddMonths(1);
        return People.Values.Where(p => p.Shifts.Select(DayOf).Concat(p.Videos).Any(day => day >= month && day < end)).Select(p => p.Key);
    }

    /// <summary>Nothing that was paid for is missing now only because it does not open any more.</summary>
    public bool IsWhole(PaySheetKey key, DateOnly month) => !SetAside.Any(v => v.Night >= month && v.Night < month.AddMonths(1)
        && (key.Role == DutyRole.Doctor ? v.DoctorId.Value : v.DriverId?.Value) == key.PersonId);

    private DateOnly DayOf(PayShift shift) => WallClock.Of(shift.From, Zone).Date;
}

/// <summary>Reads attendance and visits as they stand now.</summary>
internal sealed class PayHistories(IWorkedShifts shifts, IVisits visits, ITenantResolver tenants)
{
    public async Task<PayHistory> ReadAsync(Guid tenantId, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(tenantId)!;
        var id = new TenantId(tenantId);
        var worked = await shifts.StartedInAsync(id, from, until, cancellationToken);
        // A shift of the last day goes on over midnight, and so do its visits.
        var arrived = await visits.ArrivedInAsync(id, from, until.AddDays(1), cancellationToken);
        var made = arrived.Where(v => v.ShiftId is not null).ToList();
        var calendar = TenantCalendars.Of(tenant).FeeClasses;
        var byCrew = made.SelectMany(v => Crew(v).Select(crew => (crew, Visit: v))).ToLookup(v => v.crew, v => v.Visit);
        var known = worked.Select(w => (w.ShiftId, w.PersonId, w.Role)).ToHashSet();
        var people = worked.GroupBy(w => new PaySheetKey(w.PersonId.Value, w.Role, w.EmployerCode)).ToDictionary(
            person => person.Key, person => new PersonHistory(person.Key, person.Last().PersonName, person.Last().EmployerName,
            [
                .. from w in person
                   let went = byCrew[(w.ShiftId, w.PersonId, w.Role)].ToLookup(v => v.EndOfLife is null)
                   select new PayShift(
                       w.AttendanceId, w.Revision, w.UnitName, w.CheckedInAt, w.CheckedOutAt, w.BreakMinutes,
                       [.. went[false].Select(v => new PayVisit(calendar.ClassAt(v.ArrivedAt, tenant.Zone), v.EndOfLife == true))]) { SetAside = went[true].Count() },
            ], []));
        var ofDoctors = worked.Where(w => w.Role == DutyRole.Doctor).ToLookup(w => w.PersonId);
        // A member clinic's doctor sees its patients as that clinic's, which pays for it.
        var seen = arrived.Where(v => v.Kind != VisitKind.HomeVisit && v.EmployerCode == tenant.Settings.AssociationClinic.InstitutionCode && v.EndOfLife is not null
            && !ofDoctors[v.DoctorId].Any(w => w.CheckedInAt <= v.ArrivedAt && !(w.CheckedOutAt <= v.ArrivedAt)));
        foreach (var doctor in seen.GroupBy(v => new PaySheetKey(v.DoctorId.Value, DutyRole.Doctor, v.EmployerCode)))
        {
            var before = people.GetValueOrDefault(doctor.Key) ?? new PersonHistory(doctor.Key, doctor.Last().DoctorName, doctor.Last().EmployerName, [], []);
            people[doctor.Key] = before with { Videos = [.. doctor.Select(v => WallClock.Of(v.ArrivedAt, tenant.Zone).Date)] };
        }
        return new PayHistory(
            people, [.. made.Where(v => Crew(v).Any(crew => !known.Contains(crew))).Select(v => v.Night).Where(night => night >= from && night <= until)],
            [.. arrived.Where(v => v.EndOfLife is null)], tenant.Zone);
    }

    private static IEnumerable<(ShiftId Shift, AccountId Person, DutyRole Role)> Crew(WorkedVisit visit)
    {
        yield return (visit.ShiftId!.Value, visit.DoctorId, DutyRole.Doctor);
        if (visit.DriverId is { } driver)
        {
            yield return (visit.ShiftId!.Value, driver, DutyRole.Driver);
        }
    }
}
