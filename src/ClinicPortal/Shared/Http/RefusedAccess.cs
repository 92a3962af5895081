using ClinicPortal.Shared.Access;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// One line of the log for each request that was refused, so that whoever tries doors is noticed. The route's pattern stands for the address,
/// which could name somebody.
/// </summary>
public static partial class RefusedAccess
{
    private static readonly Func<object, Task> WriteAsAnswerStarts = context => Write((HttpContext)context);

    public static Task LogAsync(HttpContext context, RequestDelegate next)
    {
        // As the answer starts: by then its status is final.
        context.Response.OnStarting(WriteAsAnswerStarts, context);
        return next(context);
    }

    private static Task Write(HttpContext context)
    {
        var isRefusal = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => true,
            // Somebody else's record answers like one that is not there.
            StatusCodes.Status404NotFound => context.User.Identity?.IsAuthenticated == true && context.GetEndpoint() is RouteEndpoint,
            _ => false,
        };
        if (isRefusal)
        {
            var user = CurrentUser.From(context.User);
            Refused(
                context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RefusedAccess)), context.Response.StatusCode, context.Request.Method,
                (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, user?.Id, user?.Role, context.Connection.RemoteIpAddress?.ToString());
        }
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "Refused with {Status}: {Method} {Route}, account {Account}, role {Role}, from {Origin}")]
    private static partial void Refused(ILogger logger, int status, string method, string? route, Guid? account, string? role, string? origin);
}
