using Microsoft.AspNetCore.Components;

namespace ClinicPortal.FluentUI;

/// <summary>A column whose cells are drawn by the page.</summary>
public sealed class TemplateColumn<TGridItem> : ColumnBase<TGridItem>
{
    [Parameter, EditorRequired]
    public RenderFragment<TGridItem> ChildContent { get; set; } = null!;

    internal override RenderFragment Cell(TGridItem item) => ChildContent(item);
}
