using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicPortal.Ui;

/// <summary>
/// Renders a page component inside the document. A GET and the refusal of a POST render the same way: the endpoint has read
/// the model, the component only draws it.
/// </summary>
public sealed class PageRenderer(IHttpContextAccessor http)
{
    /// <param name="parameters">An anonymous object or dictionary with the component's parameters.</param>
    public IResult Page<TPage>(object? parameters = null) where TPage : IComponent
    {
        return new RazorComponentResult<App>(new Dictionary<string, object?>
        {
            [nameof(App.Page)] = typeof(TPage),
            [nameof(App.PageParameters)] = ToDictionary(parameters),
        })
        { StatusCode = http.HttpContext!.Response.StatusCode };
    }

    /// <summary>A part of a page without the document around it: what a live frame re-reads.</summary>
    public IResult Fragment<TComponent>(object? parameters = null) where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(ToDictionary(parameters).ToDictionary());

    private static IReadOnlyDictionary<string, object?> ToDictionary(object? parameters) => parameters switch
    {
        null => FrozenDictionary<string, object?>.Empty,
        IReadOnlyDictionary<string, object?> dictionary => dictionary,
        _ => new Microsoft.AspNetCore.Routing.RouteValueDictionary(parameters),
    };
}
