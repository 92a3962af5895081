using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Joining = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.RecoverLink;

internal static class RecoverEndpoints
{
    public const string Path = "/join/lost";

    public static void MapRecoverLink(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, TimeProvider clock, PageRenderer pages) => IsClosed(context, clock)
            ? Results.StatusCode(StatusCodes.Status423Locked) : Show(context, FormState.Empty, asked: false, pages)).AllowAnonymous();
        app.MapPost(Path, AskAsync).AllowAnonymous();
    }

    /// <summary>Nobody is given a link any more once the association has closed.</summary>
    private static bool IsClosed(HttpContext context, TimeProvider clock) => context.PortalHost().Tenant?.IsHeldAt(clock.GetUtcNow()) == true;

    private static IResult Show(HttpContext context, FormState form, bool asked, PageRenderer pages) =>
        context.PortalHost().Tenant is { Settings.OnlineConsultation: not null } tenant
            ? pages.Page<RecoverPage>(new { Tenant = tenant, Form = form, Asked = asked }) : Results.NotFound();

    /// <summary>Not a <see cref="FormPost"/>: nobody is signed in, and asked twice it answers the same.</summary>
    private static async Task<IResult> AskAsync(
        HttpContext context, IAntiforgery antiforgery, IServiceScopeFactory scopes, RecoveryLimit limit, Problems problems, TimeProvider clock, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        if (IsClosed(context, clock))
        {
            return Results.StatusCode(StatusCodes.Status423Locked);
        }
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (phone, written) = (StorableText.Of(form["phone"].ToString()).Trim(), StorableText.Of(form["birthDate"].ToString()).Trim());
        var errors = new Dictionary<string, string>();
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            errors[""] = problems.Message(new Error("form-expired"));
        }
        if (!WrittenDate.TryParse(written, out var born))
        {
            errors["birthDate"] = problems.Message(new Error(written.Length == 0 ? "required" : "room.birth-date"));
        }
        if (phone.Length is 0 or > 30)
        {
            errors["phone"] = problems.Message(new Error("required"));
        }
        if (errors.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Show(context, FormState.Empty with { Values = form.ToDictionary(f => f.Key, f => f.Value), Errors = errors }, asked: false, pages);
        }
        if (context.PortalHost().Tenant is { } tenant && limit.Take($"{context.Connection.RemoteIpAddress}"))
        {
            await using var scope = scopes.CreateAsyncScope();
            var visitor = new CurrentUser(Guid.Empty, Joining.VisitorName, Roles.Visitor, OrganisationKind.Platform, null, null, null);
            var session = await scope.ServiceProvider.ActAsync(visitor, [new TenantId(tenant.Id)], cancellationToken);
            await scope.ServiceProvider.GetRequiredService<RecoverLink>().HandleAsync(new TenantId(tenant.Id), PhoneDigits.Of(phone), born, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return Show(context, FormState.Empty, asked: true, pages);
    }
}
