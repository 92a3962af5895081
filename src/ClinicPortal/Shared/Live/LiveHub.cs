using System.Security.Cryptography;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Shared.Live;

/// <summary>A page joins the topics that its own rendering was granted; nothing but "changed" ever travels here.</summary>
[Authorize]
public sealed class LiveHub(LiveTopics topics, LiveConnections connections, ScopeOf scope) : Hub
{
    internal static readonly string[] Everything = [LiveRelay.Everything];

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
        // Stale, too, is a page rendered while its reader had a say in other associations than now.
        var now = new LiveScope(user, Context.GetHttpContext()!.PortalHost(), scope);
        var granted = topics.Read(token, user, now.AsJoined) ?? throw new HubException("stale");
        connections.Joined(Context, now);
        foreach (var topic in granted)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, topic, Context.ConnectionAborted);
        }
    }
}

/// <summary>Grants the topics of a rendered page as a token bound to the session and the associations it was rendered for.</summary>
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

    /// <summary>How far an association's monthly invoices are.</summary>
    public static string Invoices(Guid tenantId) => $"invoices:{tenantId:N}";

    /// <param name="scope">Of the request that renders the page.</param>
    public string Grant(CurrentUser user, TenantScope scope, IEnumerable<string> topics) =>
        protector.Protect($"{user.SessionId:N} {LiveScope.Fingerprint(scope.Tenants)} {string.Join(' ', topics)}", Lifetime);

    internal string[]? Read(string token, CurrentUser user, string scope)
    {
        try
        {
            var parts = protector.Unprotect(token).Split(' ');
            return parts[0] == $"{user.SessionId:N}" && parts[1] == scope ? parts[2..] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
