namespace ClinicPortal.Ui;

/// <summary>Light or dark as the person chose it on this device (a cookie that theme.ts writes), for <c>&lt;html data-theme&gt;</c>.</summary>
public static class Theme
{
    /// <returns><c>light</c>, <c>dark</c>, or null to follow the system.</returns>
    public static string? Of(HttpRequest request) => request.Cookies["__Host-theme"] is ("light" or "dark") and var theme ? theme : null;
}
