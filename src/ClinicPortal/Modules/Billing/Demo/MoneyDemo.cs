using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Documents;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.Demo;

/// <summary>
/// Asks for the months of money that a newcomer to a demonstration finds. They are made after the start, by <see cref="SeedMoney"/>: nobody waits for them.
/// Configuration <c>Demo:Money</c> leaves them away.
/// </summary>
internal sealed class MoneyDemo(DemoSeeding seeding, IConfiguration configuration, TimeProvider clock) : IDemoSeed
{
    /// <summary>Last: it is paid for what others seeded.</summary>
    public int Order => 60;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) =>
        clock is DemoClock && configuration.GetValue("Demo:Money", true) ? seeding.ForEachTenantAsync(folder, AskAsync, cancellationToken) : Task.CompletedTask;

    private async Task AskAsync(IServiceProvider services, TenantDefinition definition, TenantId tenant, CancellationToken cancellationToken)
    {
        if (DemoFolder.Read(definition).Money is not null && !await SeedMoney.IsThereAsync(services.GetRequiredService<BillingContext>(), cancellationToken))
        {
            services.GetRequiredService<PortalSession>().Enqueue(SeedMoney.Of(tenant, clock.GetUtcNow()));
        }
    }
}

/// <summary>An association's last months of money, in one transaction: all of it is there, or nothing.</summary>
internal sealed partial class SeedMoney(
    IServiceScopeFactory scopes, ITenantResolver tenants, TenantFiles files, IConfiguration configuration, TimeProvider clock, ILogger<SeedMoney> logger) : IWorkHandler
{
    /// <summary>Without a printer documents wait as work that failed ten times: here it is known beforehand.</summary>
    private const string SetAside = "UPDATE app.work_item SET failed_at = $3, last_error = $4 WHERE tenant_id = $1 AND kind = $2 AND done_at IS NULL AND failed_at IS NULL";

    public static string Kind => "billing.seed-money";

    public static bool IsSlow => true;

    public static WorkItem Of(TenantId tenant, DateTimeOffset now) => WorkItem.For(Kind, tenant, tenant.Value, $"{Kind}:{tenant.Value}", now);

    public static async Task<bool> IsThereAsync(BillingContext db, CancellationToken cancellationToken) =>
        await db.InvoiceRuns.AnyAsync(cancellationToken) || await db.Usages.AnyAsync(cancellationToken) || await db.PayRuns.AnyAsync(cancellationToken);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(item.Tenant!.Value.Value)!;
        if (clock is not DemoClock || TenantFolder.Load(files.Root).Tenants.FirstOrDefault(t => t.Settings.Identifier == tenant.Identifier) is not { } definition
            || DemoFolder.Read(definition) is not { Money: { } money } demo)
        {
            return;
        }
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var session = await services.ActAsync(Secretary(tenant, demo), [new TenantId(tenant.Id)], cancellationToken);
        if (await IsThereAsync(services.GetRequiredService<BillingContext>(), cancellationToken))
        {
            return;
        }
        await services.GetRequiredService<DemoMonths>().TellAsync(tenant, demo, money, cancellationToken);
        await services.GetRequiredService<DemoPay>().TellAsync(tenant, demo, cancellationToken);
        if (ChromiumProcess.IsThere(configuration[ChromiumProcess.Setting]))
        {
            await session.CommitAsync(cancellationToken);
            return;
        }
        WithoutChromium(tenant.Identifier, ChromiumProcess.Setting);
        await session.CommitAsync(cancellationToken, new NpgsqlBatchCommand(SetAside)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = tenant.Id }, new NpgsqlParameter<string> { TypedValue = StoreInvoice.StoreDocuments.Kind },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() }, new NpgsqlParameter<string> { TypedValue = nameof(DevToolsException) },
            },
        });
    }

    /// <summary>The first of the demonstration's secretariat: what was done is in somebody's name.</summary>
    private static CurrentUser Secretary(TenantInfo tenant, DemoTenant demo)
    {
        var row = demo.Staff.Accounts.First(account => account.Role == DemoRole.Secretariat);
        return new CurrentUser(
            StableId.Of(tenant.Identifier, row.Key), $"{row.FamilyName} {row.GivenName}", Roles.Secretariat, OrganisationKind.Association, tenant.Id, null, tenant.Id)
        {
            IsAdministrator = true,
        };
    }

    [LoggerMessage(LogLevel.Information, "The demonstration's invoices of {Tenant} have no PDF: there is no Chromium. Install one, or set {Setting}, and retry the work that was set aside")]
    private partial void WithoutChromium(string tenant, string setting);
}
