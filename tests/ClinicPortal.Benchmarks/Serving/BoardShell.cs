using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>What a page is given anew for each request.</summary>
internal readonly record struct Tokens(string Form, string Live);

/// <summary>The board's document without its cases and units, with places for the tokens.</summary>
internal sealed partial class BoardShell
{
    private readonly Piece[] before;
    private readonly Piece[] between;
    private readonly Piece[] after;

    private BoardShell(string page)
    {
        var cases = Inside(page, "<ul class=\"desk-list\"", 0);
        var units = Inside(page, "<ul class=\"card-list\"", cases.End.Value);
        (before, between, after) = (Pieces(page[..cases.Start]), Pieces(page[cases.End..units.Start]), Pieces(page[units.End..]));
        var labels = CrewLabel().Matches(page[units]);
        (Doctor, Driver) = (labels[0].Groups[1].Value, labels[1].Groups[1].Value);
    }

    public string Doctor { get; }

    public string Driver { get; }

    /// <summary>Asks this server for the page as the request's sender would.</summary>
    public static async Task<BoardShell> LearnAsync(HttpContext context, CancellationToken cancellationToken) =>
        new(await OwnPage.ReadAsync(context, "/board", null, cancellationToken));

    public void AppendBefore(StringBuilder html, Tokens tokens) => Append(html, before, tokens);

    public void AppendBetween(StringBuilder html, Tokens tokens) => Append(html, between, tokens);

    public void AppendAfter(StringBuilder html, Tokens tokens) => Append(html, after, tokens);

    private static void Append(StringBuilder html, Piece[] pieces, Tokens tokens)
    {
        foreach (var (text, next) in pieces)
        {
            html.Append(text).Append(next switch { Place.FormToken => tokens.Form, Place.LiveToken => tokens.Live, _ => null });
        }
    }

    private static Range Inside(string page, string list, int from)
    {
        var start = page.IndexOf(list, from, StringComparison.Ordinal);
        return start < 0 ? throw new InvalidOperationException($"The board has no {list}.")
            : (page.IndexOf('>', start) + 1)..page.IndexOf("</ul>", start, StringComparison.Ordinal);
    }

    private static Piece[] Pieces(string html)
    {
        var pieces = new List<Piece>();
        var at = 0;
        foreach (Match token in Token().Matches(html))
        {
            var value = token.Groups[1];
            pieces.Add(new Piece(html[at..value.Index], token.ValueSpan.StartsWith("name=\"live", StringComparison.Ordinal) ? Place.LiveToken : Place.FormToken));
            at = value.Index + value.Length;
        }
        return [.. pieces, new Piece(html[at..], Place.End)];
    }

    [GeneratedRegex("(?:name=\"__RequestVerificationToken\" value|name=\"live-token\" content)=\"([^\"]+)")]
    private static partial Regex Token();

    [GeneratedRegex("<small>([^<]+)</small> [^<]+</span>")]
    private static partial Regex CrewLabel();

    private enum Place
    {
        End,
        FormToken,
        LiveToken,
    }

    private readonly record struct Piece(string Text, Place Next);
}
