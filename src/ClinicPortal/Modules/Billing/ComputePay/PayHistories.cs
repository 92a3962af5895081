using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.ComputePay;

/// <summary>What one person worked in one role for one employer.</summary>
internal sealed record PersonHistory(PaySheetKey Key, string PersonName, string EmployerName, IReadOnlyList<PayShift> Shifts);

/// <param name="StrayVisits">When visits were made of which no attendance says by whom.</param>
internal sealed record PayHistory(IReadOnlyDictionary<PaySheetKey, PersonHistory> People, IReadOnlyList<DateOnly> StrayVisits, TimeZoneInfo Zone)
{
    /// <returns>What is computed of a month, with the hours of the days before it that its first week has.</returns>
    public PayComputation Compute(PaySheetKey key, DateOnly month, PayRates rates, PayKind kind)
    {
        var (first, end) = (PayRules.FirstDay(month, rates), month.AddMonths(1));
        var shifts = People.TryGetValue(key, out var person) ? person.Shifts.Where(s => WallClock.Of(s.From, Zone).Date is var day && day >= first && day < end) : [];
        return PayRules.Compute(month, shifts, rates, key.Role, kind, Zone);
    }

    public IEnumerable<PaySheetKey> WorkedIn(DateOnly month) => People.Values
        .Where(p => p.Shifts.Any(s => WallClock.Of(s.From, Zone).Date is var day && day >= month && day < month.AddMonths(1))).Select(p => p.Key);
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
        var made = (await visits.ArrivedInAsync(id, from, until.AddDays(1), cancellationToken)).Where(v => v.ShiftId is not null).ToList();
        var calendar = TenantCalendars.Of(tenant).FeeClasses;
        var byCrew = made.SelectMany(v => Crew(v).Select(crew => (crew, Visit: new PayVisit(calendar.ClassAt(v.ArrivedAt, tenant.Zone), v.EndOfLife)))).ToLookup(v => v.crew, v => v.Visit);
        var known = worked.Select(w => (w.ShiftId, w.PersonId, w.Role)).ToHashSet();
        return new PayHistory(
            worked.GroupBy(w => new PaySheetKey(w.PersonId.Value, w.Role, w.EmployerCode)).ToDictionary(
                person => person.Key, person => new PersonHistory(person.Key, person.Last().PersonName, person.Last().EmployerName,
                [
                    .. person.Select(w => new PayShift(
                        w.AttendanceId, w.Revision, w.UnitName, w.CheckedInAt, w.CheckedOutAt, w.BreakMinutes, [.. byCrew[(w.ShiftId, w.PersonId, w.Role)]])),
                ])),
            [.. made.Where(v => Crew(v).Any(crew => !known.Contains(crew))).Select(v => v.Night).Where(night => night >= from && night <= until)], tenant.Zone);
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
