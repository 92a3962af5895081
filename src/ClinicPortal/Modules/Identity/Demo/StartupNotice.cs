using System.Globalization;
using System.Text;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ClinicPortal.Modules.Identity.Demo;

/// <summary>In Development, once the server listens: tells on the console where to go and who one may be there.</summary>
internal sealed class StartupNotice(
    IServer server, ITenantResolver tenants, HostAddresses addresses, DemoAccess demo, IHostEnvironment environment, ILogger<StartupNotice> logger)
    : IHostedLifecycleService
{
    private static readonly char[] Digits = [.. "0123456789"];

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Where the log is quiet, as in tests, nobody reads this either.
        if (environment.IsDevelopment() && logger.IsEnabled(LogLevel.Information)
            && server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address)
        {
            Console.WriteLine(Text(BindingAddress.Parse(address)));
        }
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Text(BindingAddress binding)
    {
        var text = new StringBuilder().AppendLine();
        var hosts = tenants.Desks.Select(d => (d.Identifier, d.Settings.Name)).Concat(tenants.Tenants.OrderBy(t => t.Identifier).Select(t => (t.Identifier, t.Name)));
        text.AppendLine(CultureInfo.InvariantCulture, $"  ClinicPortal  {addresses.Of("", binding.Scheme, binding.Port)}");
        foreach (var (identifier, name) in hosts)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  {addresses.Of(identifier, binding.Scheme, binding.Port)}  {name.Ja} ({name.En})");
            foreach (var role in demo.SignIns.Where(s => s.Host == identifier).GroupBy(s => (s.Folder, s.Role)))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {role.Key.Role,-18}{Some(role.Select(s => s.Email))}");
            }
        }
        if (demo.SignIns.Count > 0)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  Password of all demo accounts: {DemoAccess.Password} (the second step shows its code)");
            text.AppendLine("  Demo API keys (Authorization: Bearer …):");
            foreach (var folder in demo.Keys.GroupBy(k => k.Split('.')[1]))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {string.Join("  ", folder.GroupBy(k => k.TrimEnd(Digits)).Select(Some))}");
            }
        }
        return text.ToString();
    }

    private static string Some(IEnumerable<string> alike) => alike.ToList() switch
    {
        [var first, _, _, .., var last] => $"{first} … {last}",
        var few => string.Join("  ", few),
    };
}
