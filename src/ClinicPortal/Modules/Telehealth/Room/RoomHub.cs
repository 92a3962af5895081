using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinConsultation;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>What a page needs to take part.</summary>
/// <param name="Self">The participant that it is.</param>
/// <param name="Servers">For RTCPeerConnection.</param>
/// <param name="Topology">See <see cref="IRoomTopology.Kind"/>.</param>
public sealed record RoomWelcome(Guid Self, RoomState State, IReadOnlyList<IceServer> Servers, bool RelayOnly, string Topology);

/// <summary>
/// The connection of a participant's page. Anybody may open one, and is nobody until a ticket says who: it fits one room, one participant and
/// the browser that it was given to. From then on every message is judged by who takes part in this room at that moment.
/// </summary>
internal sealed class RoomHub(Rooms rooms, RoomScope scope, RoomTickets tickets, RoomWatch watch, LiveConnections live, TurnCredentials turn, IOptions<TurnOptions> turnOptions,
    IRoomTopology topology, TimeProvider clock) : Hub
{
    private const string MemberKey = "member";

    /// <summary>What is wrong with a ticket is not told.</summary>
    private const string Refused = "stale";

    private RoomMember Member => Context.Items[MemberKey] as RoomMember ?? throw new HubException(Refused);

    public override Task OnConnectedAsync()
    {
        watch.Opened(Context);
        return base.OnConnectedAsync();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        watch.Closed(Context);
        live.Closed(Context);
        if (Context.Items[MemberKey] is RoomMember member)
        {
            rooms.Remove(member);
            await scope.RunAsync(CurrentUser.Portal, member.TenantId, async services =>
            {
                await services.GetRequiredService<EnterRoom>().DisconnectAsync(member.Ticket, member.ParticipantId, member.ConnectionId, CancellationToken.None);
                return true;
            }, CancellationToken.None);
        }
        await base.OnDisconnectedAsync(exception);
    }

    public async Task<RoomWelcome> Join(string ticket)
    {
        if (Context.Items.ContainsKey(MemberKey) || tickets.Read(ticket) is not { } read || await HolderAsync(read) is not { } holder)
        {
            throw new HubException(Refused);
        }
        var connectionId = Guid.CreateVersion7(clock.GetUtcNow());
        var participant = await scope.RunAsync(holder, read.TenantId, services =>
            services.GetRequiredService<EnterRoom>().ConnectAsync(read, connectionId, Context.ConnectionAborted), Context.ConnectionAborted) ?? throw new HubException(Refused);
        var member = new RoomMember(Context, Clients.Caller, read, participant.Id, connectionId, clock);
        Context.Items[MemberKey] = member;
        if (read.ByLink)
        {
            watch.JoinedByLink(read.Holder, Context);
        }
        else
        {
            watch.Closed(Context);
            live.Opened(read.Holder, Context);
        }
        var state = await rooms.AddAsync(member, Context.ConnectionAborted);
        return new RoomWelcome(participant.Id, state.As(participant.Id), turn.For(participant.Id), turnOptions.Value.RelayOnly, topology.Kind);
    }

    /// <returns>Null, or the code of what is in the way.</returns>
    public async Task<string?> Arrive()
    {
        var member = Member;
        return (await scope.RunAsync(await HolderAsync(member.Ticket) ?? throw new HubException(Refused), member.TenantId, services =>
            services.GetRequiredService<EnterRoom>().ArriveAsync(member.Ticket, member.ParticipantId, Context.ConnectionAborted), Context.ConnectionAborted))?.Code;
    }

    /// <summary>The page asks whether its connection still is one.</summary>
    public Task Echo() => Task.CompletedTask;

    public async Task Send(Guid to, SignalMessage message)
    {
        if (!await rooms.RelayAsync(Member, to, message, Context.ConnectionAborted))
        {
            throw new HubException("refused");
        }
    }

    /// <summary>What the page's browser measured of the call so far.</summary>
    public async Task Report(CallFigures figures)
    {
        var member = Member;
        if (!figures.IsValid || !member.TakeTurn())
        {
            throw new HubException("refused");
        }
        await scope.RunAsync(CurrentUser.Portal, member.TenantId, async services =>
        {
            var db = services.GetRequiredService<TelehealthContext>();
            if (await db.CallStatistics.SingleOrDefaultAsync(c => c.TenantId == member.TenantId && c.Id == member.ConnectionId, Context.ConnectionAborted) is not { } call)
            {
                call = CallStatistics.Begin(member.TenantId, member.AppointmentId, member.ParticipantId, member.ConnectionId, clock.GetUtcNow());
                db.CallStatistics.Add(call);
            }
            call.Report(figures, clock.GetUtcNow());
            await db.SaveChangesAsync(Context.ConnectionAborted);
            return true;
        }, Context.ConnectionAborted);
    }

    /// <summary>Who holds the connection's browser, if it is who the ticket was given to.</summary>
    private async Task<CurrentUser?> HolderAsync(RoomTicket ticket)
    {
        var http = Context.GetHttpContext()!;
        if (!ticket.ByLink)
        {
            return CurrentUser.From(Context.User!) is { } user && user.SessionId == ticket.Holder ? user : null;
        }
        // A hub runs outside the request that its connection began with.
        http.RequestServices.GetRequiredService<IHttpContextAccessor>().HttpContext = http;
        return await http.RequestServices.GetRequiredService<IVisitorLinks>().PassAsync(JoinConsultation.JoinConsultation.Purpose, Context.ConnectionAborted) is { } pass
            && (pass.LinkId, pass.Tenant.Value, (Guid?)pass.Subject) == (ticket.Holder, ticket.TenantId, ticket.ParticipantId)
            ? new CurrentUser(pass.LinkId, JoinConsultation.JoinConsultation.VisitorName, Roles.Visitor, OrganisationKind.Platform, null, pass.LinkId, null) : null;
    }
}
