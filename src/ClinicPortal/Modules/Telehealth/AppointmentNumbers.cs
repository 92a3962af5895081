using System.Globalization;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>
/// Draws the next number of a tenant's day, in a transaction of its own: a counter locked until the booking commits would let an association
/// book one at a time. A number that is lost belonged to nobody.
/// </summary>
public sealed class AppointmentNumbers([FromKeyedServices(SharedRegistration.BesideTheRequest)] NpgsqlDataSource dataSource)
{
    /// <param name="day">Of the appointment, by the association's clock.</param>
    /// <returns>Such as SG-V261122-004.</returns>
    public async Task<string> NextAsync(TenantInfo tenant, DateOnly day, CancellationToken cancellationToken)
    {
        var scope = new TenantScope();
        scope.Set([new TenantId(tenant.Id)]);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                scope.SettingCommand(planOnce: true),
                new NpgsqlBatchCommand("""
                    INSERT INTO telehealth.appointment_counter AS c (tenant_id, day, last) VALUES ($1, $2, 1)
                    ON CONFLICT (tenant_id, day) DO UPDATE SET last = c.last + 1 RETURNING last
                    """)
                {
                    Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenant.Id }, new NpgsqlParameter<DateOnly> { TypedValue = day } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{tenant.Settings.CasePrefix}-V{day:yyMMdd}-{reader.GetInt32(0):000}");
    }
}
