using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>A participant's page that is connected to this node.</summary>
internal sealed class RoomMember(HubCallerContext connection, ISingleClientProxy client, RoomTicket ticket, Guid participantId, Guid connectionId, TimeProvider clock)
{
    /// <summary>So many messages at once, and so many a second for ever: four parties that find each other anew stay far below.</summary>
    private const double Burst = 400;
    private const double PerSecond = 40;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly Lock counting = new();
    private double tokens = Burst;
    private long counted = clock.GetTimestamp();
    private int isCut;

    public ISingleClientProxy Client => client;

    public RoomTicket Ticket => ticket;

    public Guid TenantId => ticket.TenantId;

    public Guid AppointmentId => ticket.AppointmentId;

    public Guid ParticipantId => participantId;

    public Guid ConnectionId => connectionId;

    public SemaphoreSlim Fetching { get; } = new(1, 1);

    public bool IsCut => isCut != 0;

    /// <returns>Whether one more message may pass.</returns>
    public bool TakeTurn()
    {
        lock (counting)
        {
            var now = clock.GetTimestamp();
            tokens = Math.Min(Burst, tokens + clock.GetElapsedTime(counted, now).TotalSeconds * PerSecond);
            counted = now;
            if (tokens < 1)
            {
                return false;
            }
            tokens--;
            return true;
        }
    }

    /// <summary>From now on nothing passes to or from this page; it is told why before its connection ends.</summary>
    public async Task CutAsync(string reason)
    {
        if (Interlocked.Exchange(ref isCut, 1) != 0)
        {
            return;
        }
        try
        {
            await client.SendAsync("over", reason);
            await Task.Delay(Farewell, clock, connection.ConnectionAborted);
        }
        catch (OperationCanceledException)
        {
            // It has gone by itself.
        }
        connection.Abort();
    }
}
