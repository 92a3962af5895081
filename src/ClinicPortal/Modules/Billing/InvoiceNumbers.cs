using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Modules.Billing;

/// <summary>
/// Numbers of documents, without gaps by issuer and year. Whoever takes some holds the row until the end of the transaction, so that the next waits and
/// what is rolled back was never taken.
/// </summary>
public sealed class InvoiceNumbers(PortalSession session)
{
    private const string Take = """
        INSERT INTO billing.invoice_number AS n (tenant_id, registration_number, year, last) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, registration_number, year) DO UPDATE SET last = n.last + excluded.last RETURNING last
        """;

    /// <param name="on">Date of issue, which decides the year.</param>
    /// <returns>The last of the numbers taken.</returns>
    public async Task<(int Year, int Last)> TakeAsync(TenantInfo tenant, DateOnly on, int count, CancellationToken cancellationToken)
    {
        var year = tenant.Settings.InvoicingRules().YearOf(on);
        await using var command = new NpgsqlCommand(Take, await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = tenant.Id },
                new NpgsqlParameter<string> { TypedValue = tenant.Settings.InvoiceIssuer.RegistrationNumber },
                new NpgsqlParameter<int> { TypedValue = year },
                new NpgsqlParameter<int> { TypedValue = count },
            },
        };
        return (year, (int)(await command.ExecuteScalarAsync(cancellationToken))!);
    }
}
