namespace ClinicPortal.Modules.Identity.Access;

/// <summary>The cookies of a host. <c>__Host-</c> keeps other hosts, also those below the same domain, from setting them.</summary>
internal static class SessionCookie
{
    public const string Name = "__Host-session";
    public const string HandoverName = "__Host-handover";
    public const string AttemptName = "__Host-attempt";
    public const string OutsideName = "__Host-outside";
    public const string InvitationName = "__Host-invitation";
    public const string VisitorName = "__Host-visitor";

    public static void Write(HttpResponse response, string token) =>
        response.Cookies.Append(Name, token, Options());

    public static void WriteAttempt(HttpResponse response, string token, TimeSpan lifetime) =>
        response.Cookies.Append(AttemptName, token, Options(lifetime));

    public static void WriteHandover(HttpResponse response, string verifier, TimeSpan lifetime) =>
        response.Cookies.Append(HandoverName, verifier, Options(lifetime));

    public static void WriteOutside(HttpResponse response, string secret, TimeSpan lifetime) =>
        response.Cookies.Append(OutsideName, secret, Options(lifetime));

    public static void WriteInvitation(HttpResponse response, string code, TimeSpan lifetime) =>
        response.Cookies.Append(InvitationName, code, Options(lifetime));

    public static void WriteVisitor(HttpResponse response, string token, TimeSpan lifetime) =>
        response.Cookies.Append(VisitorName, token, Options(lifetime));

    public static void Delete(HttpResponse response, string name) => response.Cookies.Delete(name, Options());

    // Lax, not Strict: the hosts hand over to each other by redirects, which bring no Strict cookie.
    public static CookieOptions Options(TimeSpan? lifetime = null) =>
        new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = lifetime };
}
