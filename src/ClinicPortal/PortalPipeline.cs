using System.Globalization;
using System.Text;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Http.OpenApi;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Reference;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace ClinicPortal;

/// <summary>The order in which a request passes: errors, readiness, host, language, who, may they, scope and transaction, form token.</summary>
public static class PortalPipeline
{
    public const string LanguageCookie = "__Host-lang";

    public static WebApplication UsePortal(this WebApplication app)
    {
        app.UseForwardedByProxy();
        // Before the error handler: an error is told in the person's language too.
        app.UseRequestLocalization(Languages);
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerErrorAsync, StatusCodeSelector = StatusOf });
        app.UseResponseCompression();
        app.Use(SecurityHeaders.SetAsync);
        app.Use(RefuseUntilReady);
        app.UseStatusCodePages(context => AnswerErrorAsync(context.HttpContext));
        app.UsePortalHosts();
        app.UseAssets();
        app.Use(RefuseWithoutDatabase);
        app.Use(SecurityHeaders.RefuseForeignSockets);
        app.UseRouting();
        app.Use(RefusedAccess.LogAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(RefuseWritingWithReadOnlyKey);
        app.Use(RefuseUnreadableContent);
        app.UsePortalSession();
        app.UseAntiforgery();
        app.MapGet("/health/live", () => TypedResults.Text("live")).AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
        app.MapPortalOpenApi();
        app.MapHub<LiveHub>("/live").RequireMember();
        return app;
    }

    private static void Languages(RequestLocalizationOptions options)
    {
        // "ja" besides, so that a client that prefers it is not answered in its second choice.
        CultureInfo[] cultures = [new("ja-JP"), new("ja"), new("en")];
        options.DefaultRequestCulture = new RequestCulture(cultures[0]);
        options.SupportedCultures = options.SupportedUICultures = cultures;
        // Japanese first: only a choice made here changes the language of a page, never what the browser was installed with.
        var ofMachines = new AcceptLanguageHeaderRequestCultureProvider { Options = options };
        options.RequestCultureProviders =
        [
            new CookieRequestCultureProvider { CookieName = LanguageCookie },
            new CustomRequestCultureProvider(context => IsApi(context.Request) && !context.Request.Path.StartsWithSegments(ApiReference.Path)
                ? ofMachines.DetermineProviderCultureResult(context)
                : Task.FromResult<ProviderCultureResult?>(null)),
        ];
    }

    private static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api");

    /// <summary>Before the first tenants are read no host is known.</summary>
    private static Task RefuseUntilReady(HttpContext context, RequestDelegate next) =>
        RefuseUnlessAsync(context.RequestServices.GetRequiredService<DatabaseReadiness>().IsReady, context, next);

    /// <summary>The database is away for a moment: hosts, look and scripts are there, and the page that waits for it needs them.</summary>
    private static Task RefuseWithoutDatabase(HttpContext context, RequestDelegate next) =>
        RefuseUnlessAsync(context.RequestServices.GetRequiredService<PortalDatabase>().IsAvailable, context, next);

    private static Task RefuseUnlessAsync(bool ready, HttpContext context, RequestDelegate next)
    {
        if (ready || context.Request.Path.StartsWithSegments("/health"))
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "2";
        return AnswerErrorAsync(context);
    }

    private static Task RefuseWritingWithReadOnlyKey(HttpContext context, RequestDelegate next)
    {
        if (CurrentUser.From(context.User) is not { IsReadOnly: true } || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>Only forms are posted to pages and only UTF-8 to the API; anything else is not understood, and reading it would throw.</summary>
    private static Task RefuseUnreadableContent(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var readable = IsApi(request)
            ? !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Value is null || type.Encoding is UTF8Encoding
            : !HttpMethods.IsPost(request.Method) || request.HasFormContentType || request.Path.StartsWithSegments("/live");
        if (readable)
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    }

    /// <summary>What could not be read is the sender's mistake: a value of another kind, a form that breaks off.</summary>
    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException malformed => malformed.StatusCode,
        InvalidDataException => StatusCodes.Status400BadRequest,
        // U+0000, which JSON and forms can carry and PostgreSQL's text cannot.
        _ when (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.CharacterNotInRepertoire
            => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static async Task<IResult> ReadyAsync(DatabaseReadiness readiness, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        if (!readiness.IsReady)
        {
            return TypedResults.Text("starting", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        try
        {
            await using var command = dataSource.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return TypedResults.Text("ready");
        }
        catch (NpgsqlException)
        {
            return TypedResults.Text("database unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>ProblemDetails for machines, a plain page in the portal's look for people.</summary>
    private static async Task AnswerErrorAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>()?.Error is { } failure)
        {
            // The failed answer was cleared, its headers too.
            SecurityHeaders.Set(context);
            if (IsOutage(failure))
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = "2";
            }
        }
        var status = context.Response.StatusCode;
        var isApi = IsApi(context.Request);
        var code = status switch
        {
            StatusCodes.Status401Unauthorized => isApi ? "unauthenticated" : "sign-in-required",
            StatusCodes.Status403Forbidden => "forbidden",
            StatusCodes.Status404NotFound => "not-found",
            StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
            StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
            StatusCodes.Status423Locked => "association-closed",
            StatusCodes.Status503ServiceUnavailable => "unavailable",
            >= 400 and < 500 => "malformed-request",
            _ when context.Features.Get<IExceptionHandlerFeature>()?.Error is TamperedException => "record-tampered",
            _ => "unexpected",
        };
        var error = new Error(code);
        var problems = context.RequestServices.GetRequiredService<Problems>();
        if (isApi || context.Features.Get<PortalHost>() is null)
        {
            await problems.ToResult(error, status).ExecuteAsync(context);
            return;
        }
        await using var afresh = context.RequestServices.CreateAsyncScope();
        if (context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            // What draws pages may have failed in the midst of one, and would fail at the next as well.
            afresh.ServiceProvider.GetRequiredService<CurrentUserAccessor>().User = context.RequestServices.GetRequiredService<CurrentUserAccessor>().User;
            context.RequestServices = afresh.ServiceProvider;
        }
        var pages = context.RequestServices.GetRequiredService<PageRenderer>();
        await (status == StatusCodes.Status503ServiceUnavailable
            ? pages.Page<Ui.Pages.OutagePage>()
            : pages.Page<Ui.Pages.ErrorPage>(new { Message = problems.Message(error) })).ExecuteAsync(context);
    }

    /// <summary>The database is away or coming back: nothing was acknowledged, and trying again is the right thing to do.</summary>
    private static bool IsOutage(Exception? failure) => failure switch
    {
        null => false,
        PostgresException { SqlState: ['5', '7', 'P', '0', ..] } or NpgsqlException { IsTransient: true } or System.Net.Sockets.SocketException => true,
        // Entity Framework and Npgsql wrap what the connection said, each in its own.
        _ => IsOutage(failure.InnerException),
    };
}
