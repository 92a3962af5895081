using ClinicPortal.Shared.Audit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.Shared;

/// <summary>
/// The portal's clock in Development. A demonstration has a past, and what it tells of last month must have been done last month by the same code that does it
/// today: within <see cref="At"/> that code reads the time of which it tells.
/// </summary>
public sealed class DemoClock(TimeProvider present) : TimeProvider
{
    private static readonly AsyncLocal<DateTimeOffset?> Told = new();

    public override DateTimeOffset GetUtcNow() => Told.Value ?? present.GetUtcNow();

    /// <summary>Until the end of the block, and for nobody else, it is then.</summary>
    public IDisposable At(DateTimeOffset then)
    {
        var before = new Then(Told.Value);
        Told.Value = then.ToUniversalTime();
        return before;
    }

    internal static TimeProvider PresentOf(TimeProvider clock) => clock is DemoClock demo ? demo.Now : clock;

    private TimeProvider Now => present;

    private sealed class Then(DateTimeOffset? before) : IDisposable
    {
        public void Dispose() => Told.Value = before;
    }
}

internal static class DemoClockRegistration
{
    /// <summary>The access log is not moved: it says when something was written.</summary>
    public static IServiceCollection AddDemoClock(this IServiceCollection services) => services
        .Replace(ServiceDescriptor.Singleton<TimeProvider>(new DemoClock(new PortalClock())))
        .Replace(ServiceDescriptor.Scoped(provider =>
            ActivatorUtilities.CreateInstance<AuditTrail>(provider, DemoClock.PresentOf(provider.GetRequiredService<TimeProvider>()))));
}
