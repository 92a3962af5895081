using System.Text;
using System.Text.Json;
using ClinicPortal.Modules.Billing.Adapters.Stripe;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.TakeGatewayEvent;

/// <summary>
/// Takes what the payment service sends: the signature is checked against the association's own secret, the event is stored and acknowledged, and only
/// then, as durable work, anything follows from it.
/// </summary>
internal static class TakeGatewayEvent
{
    public const string Path = "/api/v1/gateway-events";

    private const int MostBytes = 512 * 1024;

    /// <summary>Anonymous: the signature is the key. It is told neither which association nor what was wrong.</summary>
    public static void MapGatewayEvents(this IEndpointRouteBuilder app) =>
        app.MapPost(Path, TakeAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes));

    private static async Task<IResult> TakeAsync(HttpContext context, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (context.PortalHost().Tenant is not { } tenant)
        {
            return Results.BadRequest();
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var session = await services.ActAsync(CurrentUser.Portal, [new TenantId(tenant.Id)], cancellationToken);
        var db = services.GetRequiredService<BillingContext>();
        var (bytes, now) = (body.ToArray(), clock.GetUtcNow());
        if (await db.PaymentSettings.SingleOrDefaultAsync(cancellationToken) is not { SealedSigningSecret: { } secret }
            || !StripeSignature.IsGenuine(context.Request.Headers[StripeSignature.Header], bytes, secret.Value, now)
            || Read(bytes) is not { } read)
        {
            return Results.BadRequest();
        }
        if (!await db.GatewayEvents.AnyAsync(e => e.EventId == read.Id, cancellationToken))
        {
            var news = new GatewayEvent(tenant.Id, read.Id, read.Type, read.At, Encoding.UTF8.GetString(bytes), now);
            db.GatewayEvents.Add(news);
            session.Enqueue(FollowGatewayEvent.Of(news, now));
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                await session.CommitAsync(CancellationToken.None);
            }
            catch (DbUpdateException twice) when (twice.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // The same event came twice at once; the other one is stored.
            }
        }
        return Results.Ok();
    }

    private static (string Id, string Type, DateTimeOffset At)? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && StripeObjects.Text(root, "id") is { } id && StripeObjects.Text(root, "type") is { } type
                ? (id, type, DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("created").GetInt64())) : null;
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
