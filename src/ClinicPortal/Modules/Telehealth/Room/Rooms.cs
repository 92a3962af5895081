using System.Collections.Concurrent;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>
/// The rooms that have somebody on this node: who is connected, and how each room stands. Who is served here is handed messages in memory; who is on
/// another node gets them through a sealed row that the other fetches when it is told of it, by ids only.
/// </summary>
internal sealed class Rooms : IDisposable
{
    private const string SignalPrefix = "room-signal:";
    private const string SaidPrefix = "room-said:";
    private const string AppointmentPrefix = "appointment:";

    private readonly ConcurrentDictionary<Guid, RoomMember> members = new();
    private readonly ConcurrentDictionary<Guid, OpenRoom> rooms = new();
    private readonly LiveRelay relay;
    private readonly RoomScope scope;
    private readonly TimeProvider clock;
    private readonly ILogger<Rooms> logger;

    public Rooms(LiveRelay relay, RoomScope scope, TimeProvider clock, ILogger<Rooms> logger)
    {
        (this.relay, this.scope, this.clock, this.logger) = (relay, scope, clock, logger);
        relay.Heard += Hear;
    }

    /// <summary>Something was written or shown in the room.</summary>
    public static string SaidTopic(Guid appointmentId) => $"{SaidPrefix}{appointmentId:N}";

    /// <summary>Those whose pages are served here.</summary>
    public IReadOnlyList<RoomMember> Connected => [.. members.Values.Where(member => !member.IsCut)];

    /// <summary>One page a participant: one that it had before is told that it goes on elsewhere.</summary>
    /// <returns>How the room stands.</returns>
    public async Task<RoomState> AddAsync(RoomMember member, CancellationToken cancellationToken)
    {
        var room = rooms.GetOrAdd(member.AppointmentId, id => new OpenRoom(member.TenantId, id));
        // Not while somebody reads: what was read before this page came would take it for the older one.
        await room.Reading.WaitAsync(cancellationToken);
        try
        {
            if (members.TryGetValue(member.ParticipantId, out var before) && before != member)
            {
                _ = before.CutAsync("elsewhere");
            }
            members[member.ParticipantId] = member;
        }
        finally
        {
            room.Reading.Release();
        }
        return await RefreshAsync(room, cancellationToken) ?? throw new HubException("stale");
    }

    public void Remove(RoomMember member)
    {
        members.TryRemove(KeyValuePair.Create(member.ParticipantId, member));
        if (!In(member.AppointmentId).Any())
        {
            rooms.TryRemove(member.AppointmentId, out _);
        }
    }

    /// <summary>Hands a message on, if both take part in this call.</summary>
    /// <returns>Whether it may.</returns>
    public async Task<bool> RelayAsync(RoomMember from, Guid to, SignalMessage message, CancellationToken cancellationToken)
    {
        if (from.IsCut || from.ParticipantId == to || !message.IsValid || !from.TakeTurn() || !await AreAdmittedAsync(from, to, cancellationToken))
        {
            return false;
        }
        if (members.TryGetValue(to, out var local) && local.AppointmentId == from.AppointmentId)
        {
            await DeliverAsync(local, new SentSignal(from.ParticipantId, message));
            return true;
        }
        return await scope.RunAsync(CurrentUser.Portal, from.TenantId, services =>
        {
            var session = services.GetRequiredService<PortalSession>();
            session.Insert(services.GetRequiredService<TelehealthContext>(),
                Signal.To(from.TenantId, from.AppointmentId, to, new SentSignal(from.ParticipantId, message), clock.GetUtcNow()));
            session.Changed($"{SignalPrefix}{to:N}");
            return Task.FromResult(true);
        }, cancellationToken);
    }

    public void Dispose() => relay.Heard -= Hear;

    private IEnumerable<RoomMember> In(Guid appointmentId) => members.Values.Where(member => member.AppointmentId == appointmentId);

    /// <summary>By what this node knows, or else by what is so now: news may still be on its way.</summary>
    private async Task<bool> AreAdmittedAsync(RoomMember from, Guid to, CancellationToken cancellationToken)
    {
        if (!rooms.TryGetValue(from.AppointmentId, out var room))
        {
            return false;
        }
        bool Both(RoomState? state) => state is not null && state.IsAdmitted(from.ParticipantId) && state.IsAdmitted(to);
        return Both(room.State) || Both(await RefreshAsync(room, cancellationToken));
    }

    private static Task DeliverAsync(RoomMember to, SentSignal signal) =>
        to.IsCut ? Task.CompletedTask : to.Client.SendAsync("signal", signal.From, signal.Message);

    private void Hear(IReadOnlyList<string> topics)
    {
        if (members.IsEmpty)
        {
            return;
        }
        foreach (var topic in topics)
        {
            if (topic == LiveRelay.Everything)
            {
                foreach (var room in rooms.Values)
                {
                    Begin(() => RefreshAsync(room, CancellationToken.None));
                }
                foreach (var member in members.Values)
                {
                    Begin(() => FetchAsync(member));
                }
            }
            else if (topic.StartsWith(SignalPrefix, StringComparison.Ordinal))
            {
                if (Guid.TryParse(topic.AsSpan(SignalPrefix.Length), out var recipient) && members.TryGetValue(recipient, out var member))
                {
                    Begin(() => FetchAsync(member));
                }
            }
            else if (topic.StartsWith(SaidPrefix, StringComparison.Ordinal))
            {
                if (Guid.TryParse(topic.AsSpan(SaidPrefix.Length), out var spoken) && rooms.TryGetValue(spoken, out var lively))
                {
                    Begin(() => Task.WhenAll(In(spoken).Where(m => lively.State?.IsAdmitted(m.ParticipantId) == true).Select(m => m.Client.SendAsync("said"))));
                }
            }
            else if (topic.StartsWith(AppointmentPrefix, StringComparison.Ordinal))
            {
                if (Guid.TryParse(topic.AsSpan(AppointmentPrefix.Length), out var appointment) && rooms.TryGetValue(appointment, out var room))
                {
                    Begin(() => RefreshAsync(room, CancellationToken.None));
                }
            }
        }
    }

    /// <summary>Not awaited by who brought the news: others' news must not wait for a query.</summary>
    private void Begin(Func<Task> work) => _ = Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            // The type only: messages may quote what a row holds. What was missed is read with the next news.
            logger.LogWarning("A room could not be told of news ({Failure})", failure.GetType().Name);
        }
    });

    private async Task<RoomState?> RefreshAsync(OpenRoom room, CancellationToken cancellationToken)
    {
        await room.Reading.WaitAsync(cancellationToken);
        try
        {
            var before = room.State;
            room.State = await scope.StateAsync(room.TenantId, room.AppointmentId, cancellationToken);
            foreach (var member in In(room.AppointmentId))
            {
                await TellStateAsync(member, before, room.State);
            }
            return room.State;
        }
        finally
        {
            room.Reading.Release();
        }
    }

    private static async Task TellStateAsync(RoomMember member, RoomState? before, RoomState? now)
    {
        if (now?.Person(member.ParticipantId) is not { } self || self.State == ParticipantState.Removed)
        {
            _ = member.CutAsync("removed");
        }
        else if (self is { Role: ParticipantRole.Doctor, State: ParticipantState.Invited })
        {
            // Connecting has let the doctor in; invited anew is another one, to whom the patient was given.
            _ = member.CutAsync("removed");
        }
        else if (self.ConnectionId is { } page && page != member.ConnectionId)
        {
            _ = member.CutAsync("elsewhere");
        }
        else if (now.IsOver)
        {
            _ = member.CutAsync("ended");
        }
        else if (!member.IsCut && before is not null)
        {
            await member.Client.SendAsync("state", now.As(member.ParticipantId));
        }
    }

    private async Task FetchAsync(RoomMember member)
    {
        var (tenant, recipient) = (member.TenantId, member.ParticipantId);
        // One after the other, or their order were lost.
        await member.Fetching.WaitAsync();
        try
        {
            await FetchOnceAsync(member, tenant, recipient);
        }
        finally
        {
            member.Fetching.Release();
        }
    }

    private async Task FetchOnceAsync(RoomMember member, Guid tenant, Guid recipient)
    {
        var signals = await scope.RunAsync(CurrentUser.Portal, tenant, async services =>
        {
            var db = services.GetRequiredService<TelehealthContext>();
            var waiting = await db.Signals.Where(s => s.TenantId == tenant && s.RecipientId == recipient).OrderBy(s => s.Turn).ToListAsync();
            db.Signals.RemoveRange(waiting);
            await db.SaveChangesAsync();
            return waiting;
        }, CancellationToken.None);
        foreach (var signal in signals.Where(s => s.AppointmentId == member.AppointmentId).Select(s => s.SealedMessage.Value))
        {
            // Admitted when it was sent; may be neither any more.
            if (await AreAdmittedAsync(member, signal.From, CancellationToken.None))
            {
                await DeliverAsync(member, signal);
            }
        }
    }

    /// <summary>A room with somebody on this node.</summary>
    private sealed class OpenRoom(Guid tenantId, Guid appointmentId)
    {
        public Guid TenantId => tenantId;

        public Guid AppointmentId => appointmentId;

        public SemaphoreSlim Reading { get; } = new(1, 1);

        public RoomState? State { get; set; }
    }
}
