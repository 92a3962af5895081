using ClinicPortal.Shared.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Shared.Live;

/// <summary>A page joins the topics that its own rendering was granted; nothing but "changed" ever travels here.</summary>
[Authorize]
public sealed class LiveHub(LiveTopics topics, LiveConnections connections) : Hub
{
    internal static readonly string[] Everything = ["*"];

    public override Task OnConnectedAsync()
    {
        if (CurrentUser.From(Context.User!)?.SessionId is { } session)
        {
            connections.Opened(session, Context);
        }
        else
        {
            // Signed in, but not yet acting for anybody: there is nothing to follow.
            Context.Abort();
        }
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Closed(Context);
        return base.OnDisconnectedAsync(exception);
    }

    public async Task Join(string token)
    {
        var user = CurrentUser.From(Context.User!) ?? throw new HubException("unauthenticated");
        var granted = topics.Read(token, user) ?? throw new HubException("stale");
        foreach (var topic in granted)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, topic, Context.ConnectionAborted);
        }
    }
}

/// <summary>Grants the topics of a rendered page as a token bound to the session it was rendered for.</summary>
public sealed class LiveTopics(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(16);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("live-topics").ToTimeLimitedDataProtector();

    public static string Board(Guid tenantId) => $"board:{tenantId:N}";

    public static string Case(Guid caseId) => $"case:{caseId:N}";

    public static string Phone(Guid accountId) => $"phone:{accountId:N}";

    /// <summary>What a patient's clinic keeps of the patient.</summary>
    public static string Patient(Guid patientId) => $"patient:{patientId:N}";

    public static string Inbox(Guid clinicId) => $"inbox:{clinicId:N}";

    public string Grant(CurrentUser user, IEnumerable<string> topics) =>
        protector.Protect($"{user.SessionId:N} {string.Join(' ', topics)}", Lifetime);

    internal string[]? Read(string token, CurrentUser user)
    {
        try
        {
            var parts = protector.Unprotect(token).Split(' ');
            return parts[0] == $"{user.SessionId:N}" ? parts[1..] : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
