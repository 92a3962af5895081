using System.Globalization;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Roster;

/// <summary>
/// Repeats the pattern of <c>demo/shifts.yaml</c> from yesterday on; each start adds the days that have come near since. The first start also brings
/// the nights since the beginning of last month, with who worked in them.
/// </summary>
internal sealed class RosterDemo(IServiceScopeFactory scopes, ITenantResolver tenants, TimeProvider clock) : IDemoSeed
{
    private const int DaysAhead = 35;

    public int Order => 50;

    public async Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken)
    {
        foreach (var definition in folder.Tenants)
        {
            var tenant = tenants.ByIdentifier(definition.Settings.Identifier)!;
            var demo = DemoFolder.Read(definition);
            await using var scope = scopes.CreateAsyncScope();
            var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenant.Id)], cancellationToken);
            var db = scope.ServiceProvider.GetRequiredService<RosterContext>();
            var isFirst = !await db.Shifts.AnyAsync(cancellationToken);
            await using (var batch = new NpgsqlBatch(await session.ConnectionAsync(cancellationToken)))
            {
                AddUnits(batch, tenant, demo.Shifts);
                AddShifts(batch, tenant, demo, isFirst);
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }
            if (isFirst)
            {
                await DemoAttendance.AddAsync(db, clock.GetUtcNow(), cancellationToken);
            }
            await session.CommitAsync(cancellationToken);
        }
    }

    private static void AddUnits(NpgsqlBatch batch, TenantInfo tenant, DemoShifts pattern)
    {
        foreach (var unit in pattern.Units)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                INSERT INTO roster.unit (tenant_id, id, name, phone, base_name, latitude, longitude)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """)
            {
                Parameters =
                {
                    new() { Value = tenant.Id }, new() { Value = StableId.Of(tenant.Identifier, unit.Key) }, new() { Value = unit.Name },
                    new() { Value = unit.Phone }, new() { Value = unit.BaseName },
                    new() { Value = unit.BaseLatitude }, new() { Value = unit.BaseLongitude },
                },
            });
        }
    }

    private void AddShifts(NpgsqlBatch batch, TenantInfo tenant, DemoTenant demo, bool withPast)
    {
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var people = demo.Staff.Accounts.ToDictionary(account => account.Key, account => $"{account.FamilyName} {account.GivenName}");
        var clinic = tenant.Settings.AssociationClinic;
        foreach (var (index, unit) in demo.Shifts.Units.Index())
        {
            var days = Enumerable.Range(-1, DaysAhead + 2).Select(today.AddDays).ToArray();
            var shifts = (withPast ? PastNights(today, index) : []).Select(day => Shift(tenant, unit, day, "night", demo.Shifts.Night)).Concat(days.SelectMany(day => new[]
            {
                Shift(tenant, unit, day, "day", demo.Shifts.Day),
                Shift(tenant, unit, day, "night", demo.Shifts.Night),
            })).ToArray();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                INSERT INTO roster.shift (tenant_id, id, unit_id, starts_at, ends_at, doctor_account_id, doctor_name, driver_account_id,
                  driver_name, employer_name, employer_code, performs_as, partner_name, partner_code)
                SELECT $1, s.id, $2, s.starts_at, s.ends_at, $3, $4, $5, $6, $7, $8, $9, $10, $11
                FROM unnest($12::uuid[], $13::timestamptz[], $14::timestamptz[]) AS s (id, starts_at, ends_at)
                ON CONFLICT DO NOTHING
                """)
            {
                Parameters =
                {
                    new() { Value = tenant.Id }, new() { Value = StableId.Of(tenant.Identifier, unit.Key) },
                    new() { Value = StableId.Of(tenant.Identifier, unit.Doctor) }, new() { Value = people[unit.Doctor] },
                    new() { Value = StableId.Of(tenant.Identifier, unit.Driver) }, new() { Value = people[unit.Driver] },
                    new() { Value = clinic.Name }, new() { Value = clinic.InstitutionCode },
                    new() { Value = (unit.ActsForPartner ? PerformsAs.Partner : PerformsAs.PrimaryClinic).ToString() },
                    new() { Value = unit.ActsForPartner ? clinic.Name : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                    new() { Value = unit.ActsForPartner ? clinic.InstitutionCode : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                    new() { Value = shifts.Select(shift => shift.Id).ToArray() },
                    new() { Value = shifts.Select(shift => shift.From).ToArray() },
                    new() { Value = shifts.Select(shift => shift.Until).ToArray() },
                },
            });
        }
    }

    /// <summary>Two nights a week for each unit, a Saturday or Sunday among them: what people really work, unlike the days that a demonstration needs.</summary>
    private static IEnumerable<DateOnly> PastNights(DateOnly today, int unit)
    {
        DayOfWeek[] nights = unit % 2 == 0 ? [DayOfWeek.Tuesday, DayOfWeek.Saturday] : [DayOfWeek.Thursday, DayOfWeek.Sunday];
        var first = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        return Enumerable.Range(0, today.DayNumber - first.DayNumber - 1).Select(first.AddDays).Where(day => nights.Contains(day.DayOfWeek));
    }

    private static (Guid Id, DateTimeOffset From, DateTimeOffset Until) Shift(
        TenantInfo tenant, DemoUnit unit, DateOnly day, string kind, DailySpan hours) => (
            StableId.Of(tenant.Identifier, "shift", unit.Key, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), kind),
            WallClock.At(day, hours.From, tenant.Zone).ToUniversalTime(),
            WallClock.At(hours.To <= hours.From ? day.AddDays(1) : day, hours.To, tenant.Zone).ToUniversalTime());
}
