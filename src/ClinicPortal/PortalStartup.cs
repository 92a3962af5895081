using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.AspNetCore.DataProtection;

namespace ClinicPortal;

/// <summary>A module's part of the demonstration, seeded in Development only; does nothing when its rows are there.</summary>
public interface IDemoSeed
{
    /// <summary>Lower first: what others refer to comes before.</summary>
    int Order { get; }

    Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken);
}

/// <summary>From an empty database to a portal that serves: migrate, import tenants, seed the demonstration, load the directory.</summary>
public sealed class PortalStartup(
    PortalConnectionStrings connections, Migrator migrator, FormKeys formKeys, TenantKeys tenantKeys, IDataProtectionProvider protection, TenantImport import, TenantFiles files,
    TenantDirectory directory, Problems problems, DatabaseReadiness readiness, IEnumerable<IDemoSeed> seeds, IHostEnvironment environment, IConfiguration configuration,
    ILogger<PortalStartup> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var turn = await StartTurn.TakeAsync(connections, cancellationToken);
        var folder = await PrepareAsync(cancellationToken);
        if (configuration.GetValue("Demo:Seed", environment.IsDevelopment()))
        {
            var demonstrated = folder with { Tenants = [.. folder.Tenants.Where(t => directory.ByIdentifier(t.Settings.Identifier) is not null && Directory.Exists(t.DemoDirectory))] };
            foreach (var seed in seeds.OrderBy(s => s.Order))
            {
                await seed.SeedAsync(demonstrated, cancellationToken);
            }
        }
        readiness.Set();
    }

    /// <summary>For a command that asks for what a start makes: before the first start it finds the same as after it.</summary>
    public async Task PrepareCommandAsync(CancellationToken cancellationToken)
    {
        await using var turn = await StartTurn.TakeAsync(connections, cancellationToken);
        await PrepareAsync(cancellationToken);
    }

    private async Task<TenantFolder> PrepareAsync(CancellationToken cancellationToken)
    {
        await migrator.MigrateAsync(cancellationToken);
        await formKeys.RenewAsync(cancellationToken);
        // The first protection makes the key: a node that made its own beside it would refuse this one's forms.
        _ = protection.CreateProtector(nameof(PortalStartup)).Protect([]);
        var folder = TenantFolder.Load(files.Root);
        Report(folder);
        foreach (var (identifier, outcome) in await import.RunAsync(folder.Desks, folder.Tenants, apply: false, cancellationToken))
        {
            if (outcome == ImportOutcome.Taken)
            {
                logger.LogError("{Tenant} is not imported: the name is in use by a desk or another association", identifier);
            }
            else if (outcome is ImportOutcome.Differs or ImportOutcome.Refused)
            {
                logger.LogWarning("The files of {Tenant} differ from what is in force; run: tenants apply", identifier);
            }
        }
        await directory.LoadAsync(cancellationToken);
        await tenantKeys.LoadAsync([.. directory.Tenants.Select(t => t.Id)], cancellationToken);
        return folder;
    }

    /// <summary><c>tenants apply</c>: brings changed files into force in a running installation.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ApplyTenantsAsync(CancellationToken cancellationToken)
    {
        await migrator.MigrateAsync(cancellationToken);
        var folder = TenantFolder.Load(files.Root);
        TenantCommand.Report(folder.Refused, Console.Out);
        var outcomes = await import.RunAsync(folder.Desks, folder.Tenants, apply: true, cancellationToken);
        foreach (var one in outcomes)
        {
            Console.WriteLine($"{one.Identifier}: {TenantCommand.Text($"Outcome.{one.Outcome}")}");
            if (one.InUse is { } used)
            {
                Console.WriteLine($"  {problems.Message(used)}");
            }
        }
        return folder.Refused.Count > 0 || outcomes.Any(o => o.Outcome is ImportOutcome.Refused or ImportOutcome.Taken or ImportOutcome.InUse) ? 1 : 0;
    }

    /// <summary><c>tenants open</c>: makes a draft reachable on all nodes.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> OpenTenantAsync(string identifier, CancellationToken cancellationToken)
    {
        await migrator.MigrateAsync(cancellationToken);
        var opened = await import.OpenAsync(identifier, cancellationToken);
        Console.WriteLine($"{identifier}: {TenantCommand.Text(opened ? "Opened" : "NoDraft")}");
        return opened ? 0 : 1;
    }

    private void Report(TenantFolder folder)
    {
        foreach (var refused in folder.Refused)
        {
            logger.LogError("tenants/{Folder} is refused:{Problems}", refused.Name, string.Concat(refused.Problems.Select(p => $"\n  {p}")));
        }
    }
}
