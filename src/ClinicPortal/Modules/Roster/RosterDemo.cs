using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Npgsql;

namespace ClinicPortal.Modules.Roster;

/// <summary>Repeats the pattern of <c>demo/shifts.yaml</c> from yesterday on; each start adds the days that have come near since.</summary>
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
            await using (var batch = new NpgsqlBatch(await session.ConnectionAsync(cancellationToken)))
            {
                AddUnits(batch, tenant, demo.Shifts);
                AddShifts(batch, tenant, demo);
                await batch.ExecuteNonQueryAsync(cancellationToken);
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

    private void AddShifts(NpgsqlBatch batch, TenantInfo tenant, DemoTenant demo)
    {
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var people = demo.Staff.Accounts.ToDictionary(account => account.Key, account => $"{account.FamilyName} {account.GivenName}");
        var clinic = tenant.Settings.AssociationClinic;
        foreach (var unit in demo.Shifts.Units)
        {
            var days = Enumerable.Range(-1, DaysAhead + 2).Select(today.AddDays).ToArray();
            var shifts = days.SelectMany(day => new[]
            {
                Shift(tenant, unit, day, "day", demo.Shifts.Day),
                Shift(tenant, unit, day, "night", demo.Shifts.Night),
            }).ToArray();
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

    private static (Guid Id, DateTimeOffset From, DateTimeOffset Until) Shift(
        TenantInfo tenant, DemoUnit unit, DateOnly day, string kind, DailySpan hours) => (
            StableId.Of(tenant.Identifier, "shift", unit.Key, day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), kind),
            WallClock.At(day, hours.From, tenant.Zone).ToUniversalTime(),
            WallClock.At(hours.To <= hours.From ? day.AddDays(1) : day, hours.To, tenant.Zone).ToUniversalTime());
}
