using System.Reflection;
using ClinicPortal.Ui.Layout;
using Microsoft.AspNetCore.Components;

namespace ClinicPortal.Ui;

public sealed partial class App
{
    [Parameter, EditorRequired]
    public required Type Page { get; set; }

    [Parameter]
    public IReadOnlyDictionary<string, object?>? PageParameters { get; set; }

    private IDictionary<string, object>? Parameters =>
        PageParameters?.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);

    /// <summary>A page names another layout with <c>@layout</c>.</summary>
    private Type Layout => Page.GetCustomAttribute<LayoutAttribute>()?.LayoutType ?? typeof(MainLayout);
}
