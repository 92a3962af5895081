using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;

namespace ClinicPortal.Modules.Identity.VisitorLinks;

/// <summary>
/// Where a link leads. Opening the address shows the same empty form for every link, good or bad: a mail preview learns nothing and
/// uses nothing up. Only the sent answer opens.
/// </summary>
internal static class VisitorLinkEndpoints
{
    public const string Prefix = "/l/";

    public static void MapVisitorLinks(this IEndpointRouteBuilder app)
    {
        app.MapGet(Prefix + "{secret}", ShowAsync).OnPlaceHost().AllowAnonymous();
        app.MapPost(Prefix + "{secret}", OpenAsync).OnPlaceHost().AllowAnonymous();
    }

    /// <summary>Whoever has opened it in this browser comes in by it again: a family opens it when it arrives, and again when it is time.</summary>
    private static async Task<IResult> ShowAsync(
        string secret, HttpContext context, VisitorLinks links, IEnumerable<VisitorPurpose> purposes, PageRenderer pages, CancellationToken cancellationToken) =>
        await links.OpenedHereAsync(secret, cancellationToken) is { } purpose
            ? FormPost.SeeOther(purposes.Single(p => p.Name == purpose).Path) : Show(context, secret, FormState.Empty, pages);

    private static IResult Show(HttpContext context, string secret, FormState form, PageRenderer pages)
    {
        // The address is half of what opens it: no other page is to hear of it.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return pages.Page<VisitorLinkPage>(new { Secret = secret, Tenant = context.PortalHost().Tenant, Form = form });
    }

    /// <summary>Not a <see cref="FormPost"/>: nobody is signed in, and a right answer sent twice opens once.</summary>
    private static async Task<IResult> OpenAsync(
        string secret, HttpContext context, IAntiforgery antiforgery, VisitorLinks links, IEnumerable<VisitorPurpose> purposes, Problems problems, TimeProvider clock,
        PageRenderer pages, CancellationToken cancellationToken)
    {
        // As every form of visitors once the association has closed: what they opened before they can still read.
        if (context.PortalHost().Tenant?.IsHeldAt(clock.GetUtcNow()) == true)
        {
            return Results.StatusCode(StatusCodes.Status423Locked);
        }
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (birthDate, code) = (StorableText.Of(form["birthDate"].ToString()), StorableText.Of(form["code"].ToString()).Trim());
        var errors = new Dictionary<string, string>();
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            errors[""] = problems.Message(new Error("form-expired"));
        }
        if (!WrittenDate.TryParse(birthDate, out var born))
        {
            errors["birthDate"] = problems.Message(new Error(birthDate.Trim().Length == 0 ? "required" : "visitor.birth-date"));
        }
        if (code.Length == 0)
        {
            errors["code"] = problems.Message(new Error("required"));
        }
        if (errors.Count == 0)
        {
            var digits = string.Concat(code.Normalize(System.Text.NormalizationForm.FormKC).Where(char.IsAsciiDigit));
            if (await links.OpenAsync(secret, born, digits, cancellationToken) is { } purpose)
            {
                return FormPost.SeeOther(purposes.Single(p => p.Name == purpose).Path);
            }
            errors[""] = problems.Message(new Error("visitor.refused"));
        }
        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        // The code is typed again: it is not kept in a page.
        return Show(context, secret, FormState.Empty with { Values = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["birthDate"] = birthDate }, Errors = errors }, pages);
    }
}
