namespace ClinicPortal.Shared;

/// <summary>
/// The portal's clock: the system's, in microseconds, as PostgreSQL keeps times. With finer ones a command's answer would tell another
/// time than every later reading.
/// </summary>
public sealed class PortalClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
