using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicPortal.Ui;

/// <summary>
/// Renders a page component inside the document. A GET and the refusal of a POST render the same way: the endpoint has read
/// the model, the component only draws it. Pages are not stored by caches: nearly all of them show patients.
/// </summary>
public sealed class PageRenderer(IHttpContextAccessor http)
{
    // What antiforgery sets too; anything less it overrides with a warning for every form.
    private const string NotStored = "no-cache, no-store";

    /// <param name="parameters">An anonymous object or dictionary with the component's parameters.</param>
    public IResult Page<TPage>(object? parameters = null) where TPage : IComponent
    {
        var response = http.HttpContext!.Response;
        response.Headers.CacheControl = NotStored;
        return new RazorComponentResult<App>(new Dictionary<string, object?>
        {
            [nameof(App.Page)] = typeof(TPage),
            [nameof(App.PageParameters)] = ToDictionary(parameters),
        })
        { StatusCode = response.StatusCode };
    }

    /// <summary>A part of a page without the document around it: what a live frame re-reads.</summary>
    public IResult Fragment<TComponent>(object? parameters = null) where TComponent : IComponent
    {
        http.HttpContext!.Response.Headers.CacheControl = NotStored;
        return new RazorComponentResult<TComponent>(ToDictionary(parameters).ToDictionary());
    }

    private static IReadOnlyDictionary<string, object?> ToDictionary(object? parameters) => parameters switch
    {
        null => FrozenDictionary<string, object?>.Empty,
        IReadOnlyDictionary<string, object?> dictionary => dictionary,
        _ => new Microsoft.AspNetCore.Routing.RouteValueDictionary(parameters),
    };
}
