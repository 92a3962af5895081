using System.Text;
using System.Text.Encodings.Web;
using ClinicPortal.Modules.NightDesk.ShowBoard;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>
/// The floor of the board page: same middleware, same handler and so the same data and access log, same tokens, but the bytes made by string append.
/// What is the same for every request of a person – the document around the cases and units – is taken from the page itself,
/// once; <see cref="Desk.BoardCheck"/> holds the two equal.
/// </summary>
internal sealed class BoardFloor(IAntiforgery antiforgery, LiveTopics live, HtmlEncoder encoder)
{
    public const string Path = "/benchmark/board";

    private BoardShell? shell;

    public async Task WriteAsync(HttpContext context, ShowBoard show, CurrentUser user, CancellationToken cancellationToken)
    {
        shell ??= await BoardShell.LearnAsync(context, cancellationToken);
        var board = await show.HandleAsync(refresh: false, cancellationToken);
        var scope = context.RequestServices.GetRequiredService<TenantScope>();
        var tokens = new Tokens(antiforgery.GetAndStoreTokens(context).RequestToken!, live.Grant(user, scope, board.Topics));
        var html = new StringBuilder(64 * 1024);
        shell.AppendBefore(html, tokens);
        foreach (var shown in board.Open)
        {
            AppendCase(html, shown, board.Overdue, board.ManyAssociations);
        }
        shell.AppendBetween(html, tokens);
        foreach (var unit in board.Units)
        {
            AppendUnit(html, unit, board.ManyAssociations);
        }
        shell.AppendAfter(html, tokens);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html.ToString(), cancellationToken);
    }

    private void AppendCase(StringBuilder html, BoardCase c, string overdue, bool withAssociation)
    {
        html.Append("<li id=\"").Append(c.Id).Append("\" data-sound=\"new-case\"><a class=\"desk-case case-").Append(c.Colour)
            .Append("\" href=\"/cases/").Append(c.Id).Append("\"><span class=\"desk-level\"><span class=\"urgency urgency-").Append(c.Colour).Append("\">")
            .Append(Encode(c.Level)).Append("</span><span class=\"desk-wait\"><small>")
            .Append(Encode(c.WaitsFor)).Append("</small> <time class=\"").Append(c.Clock.Class).Append("\" datetime=\"")
            .Append(c.Clock.Instant).Append("\" data-clock-from=\"").Append(c.Clock.Instant).Append('"');
        AppendAttribute(html, "data-clock-amber", c.Clock.Amber);
        AppendAttribute(html, "data-clock-red", c.Clock.Red);
        html.Append('>').Append(c.Clock.Figures).Append("</time>");
        if (c.Target.Length > 0)
        {
            html.Append("<small class=\"clock-target\" data-over=\"").Append(Encode(overdue)).Append("\">").Append(Encode(c.Target)).Append("</small>");
        }
        html.Append("</span></span><span class=\"desk-number\"><span class=\"case-number\">").Append(Encode(c.Number)).Append("</span>");
        AppendAssociation(html, c.Association, withAssociation);
        html.Append("</span><span class=\"desk-person\"><span><b>").Append(Encode(c.Name)).Append("</b> <span class=\"kana\">").Append(Encode(c.Kana))
            .Append("</span></span><small>").Append(Encode(c.Person)).Append(' ').Append(Encode(c.Town)).Append("</small></span><span class=\"desk-complaint\">")
            .Append(Encode(c.Complaint)).Append("</span><span class=\"desk-clinic\"><span>").Append(Encode(c.Clinic)).Append("</span><small>")
            .Append(Encode(c.Handler)).Append("</small></span><span class=\"desk-state\"><span class=\"").Append(c.Pill).Append("\">")
            .Append(Encode(c.StatusText)).Append("</span><small>").Append(Encode(c.Unit)).Append("</small></span></a></li>");
    }

    private void AppendUnit(StringBuilder html, BoardUnit u, bool withAssociation)
    {
        html.Append("<li class=\"card desk-unit\"><div class=\"desk-unit-head\"><h3>").Append(Encode(u.Name)).Append("</h3>");
        AppendAssociation(html, u.Association, withAssociation);
        html.Append("<span class=\"").Append(u.Pill).Append("\">").Append(Encode(u.State)).Append("</span></div><p class=\"desk-crew\"><span><small>")
            .Append(shell!.Doctor).Append("</small> ").Append(Encode(u.Doctor)).Append("</span>");
        if (u.Driver.Length > 0)
        {
            html.Append("<span><small>").Append(shell.Driver).Append("</small> ").Append(Encode(u.Driver)).Append("</span>");
        }
        html.Append("</p>");
        if (u.Phone.Length > 0)
        {
            html.Append("<a class=\"desk-phone\" href=\"tel:").Append(Encode(u.Phone)).Append("\">").Append(Encode(u.Phone)).Append("</a>");
        }
        foreach (var task in u.Tasks)
        {
            html.Append("<p class=\"desk-task\"><a href=\"/cases/").Append(task.CaseId).Append("\"><span class=\"case-number\">").Append(Encode(task.Number))
                .Append("</span> ").Append(Encode(task.Name)).Append("</a> <small>").Append(Encode(task.State)).Append("</small></p>");
        }
        html.Append("</li>");
    }

    private void AppendAssociation(StringBuilder html, string name, bool shown)
    {
        if (shown)
        {
            html.Append("<span class=\"desk-association\">").Append(Encode(name)).Append("</span>");
        }
    }

    private static void AppendAttribute(StringBuilder html, string name, string? value)
    {
        if (value is not null)
        {
            html.Append(' ').Append(name).Append("=\"").Append(value).Append('"');
        }
    }

    private string Encode(string text) => encoder.Encode(text);
}

internal static class BoardFloorEndpoint
{
    public static void MapBoardFloor(this IEndpointRouteBuilder app) => app.MapGet(
            BoardFloor.Path,
            (HttpContext context, BoardFloor floor, ShowBoard show, CurrentUser user, CancellationToken cancellationToken) =>
                floor.WriteAsync(context, show, user, cancellationToken))
        .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
}
