using System.Text.RegularExpressions;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Shared.Http;

/// <summary>Turns refusals into words and into ProblemDetails (RFC 9457) with a stable <c>code</c>.</summary>
public sealed partial class Problems(IEnumerable<ErrorTexts> texts)
{
    public string Message(Error error)
    {
        foreach (var source in texts)
        {
            var text = source.Localizer[error.Code, error.Args];
            if (!text.ResourceNotFound)
            {
                return text.Value;
            }
        }
        throw new InvalidOperationException($"No words for the refusal '{error.Code}'.");
    }

    /// <summary>Every refusal that the API can answer with, and its words; forms have some of their own.</summary>
    public IEnumerable<(string Code, string Words)> Codes() =>
        from source in texts
        from text in source.Localizer.GetAllStrings(includeParentCultures: true)
        where CodePattern().IsMatch(text.Name) && !text.Name.StartsWith("form-", StringComparison.Ordinal)
        group text.Value by text.Name into words
        select (words.Key, words.First());

    /// <summary>The edge of a question: 200 with the answer, or the refusal.</summary>
    public IResult Answer<T>(Result<T> result) =>
        result.Succeeded ? Microsoft.AspNetCore.Http.Results.Ok(result.Value) : ToResult(result.Errors);

    public IResult ToResult(IReadOnlyList<Error> errors) => ToResult(errors, errors[0].Kind switch
    {
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    });

    public IResult ToResult(Error error) => ToResult([error]);

    public IResult ToResult(Error error, int status) => ToResult([error], status);

    internal IResult ToResult(IReadOnlyList<Error> errors, int status)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Title = Message(errors[0]),
            Type = $"/api/v1/reference#{errors[0].Code}",
            Extensions = { ["code"] = errors[0].Code },
        };
        if (errors.Any(e => e.Field is not null))
        {
            problem.Extensions["errors"] = errors.Where(e => e.Field is not null)
                .GroupBy(e => e.Field!).ToDictionary(g => g.Key, g => g.Select(Message).ToArray());
        }
        return Microsoft.AspNetCore.Http.Results.Problem(problem);
    }

    /// <summary>Codes are lower-case; the keys of words on screens are not.</summary>
    [GeneratedRegex("^[a-z]+([.-][a-z]+)*$")]
    private static partial Regex CodePattern();
}

/// <summary>A module's resource that has the words of its refusals.</summary>
public sealed record ErrorTexts(IStringLocalizer Localizer);
