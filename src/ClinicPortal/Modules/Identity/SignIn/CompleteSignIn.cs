using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.Net.Http.Headers;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>
/// Where every way of signing in ends, once all of its steps are done: the session of the sign-in host is opened under a new token, and
/// the browser becomes known to the account.
/// </summary>
internal sealed class CompleteSignIn(Sessions sessions, KnownDevices devices, SecurityLog log, IHttpContextAccessor http)
{
    private const int LongestUserAgent = 300;

    /// <param name="onlyTenantId">See <see cref="Session.OnlyTenantId"/>.</param>
    public async Task<SignedIn> HandleAsync(Account account, Guid? onlyTenantId, CancellationToken cancellationToken)
    {
        var context = http.HttpContext!;
        var userAgent = context.Request.Headers[HeaderNames.UserAgent].ToString();
        var (signedIn, token) = await sessions.SignInAsync(
            account, onlyTenantId, userAgent.Length <= LongestUserAgent ? userAgent : userAgent[..LongestUserAgent], cancellationToken);
        SessionCookie.Write(context.Response, token);
        SessionCookie.Delete(context.Response, SessionCookie.AttemptName);
        if (onlyTenantId is null)
        {
            devices.Remember(context, account);
        }
        await log.NoteAsync(account.Id, SecurityEventKind.SignedIn, signedIn.SignInId, cancellationToken);
        return signedIn;
    }
}
