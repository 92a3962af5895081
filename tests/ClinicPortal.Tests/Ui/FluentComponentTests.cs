using System.Linq.Expressions;
using ClinicPortal.FluentUI;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ClinicPortal.Tests.Ui;

public sealed class FluentComponentTests
{
    [Fact]
    public async Task TextInput_WithAnError_IsMarkedAndDescribedByIt()
    {
        var html = await Rendering.HtmlAsync<FluentTextInput>(new()
        {
            [nameof(FluentTextInput.Name)] = "phone",
            [nameof(FluentTextInput.Label)] = "電話番号",
            [nameof(FluentTextInput.Error)] = "桁が足りません。",
        });

        Assert.Contains("data-invalid", html, StringComparison.Ordinal);
        Assert.Contains("data-describedby=\"phone-message\"", html, StringComparison.Ordinal);
        Assert.Matches("id=\"phone-message\".*桁が足りません。", html.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task TextInput_HoldsItsLabel_WhichNamesTheInnerInput()
    {
        var html = await Rendering.HtmlAsync<FluentTextInput>(new() { [nameof(FluentTextInput.Name)] = "name", [nameof(FluentTextInput.Label)] = "氏名" });

        Assert.Matches("<fluent-text-input [^>]*>.*氏名.*</fluent-text-input>", html.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task TextArea_WhoseTextBeginsWithALine_KeepsThatLine()
    {
        var html = await Rendering.HtmlAsync<FluentTextArea>(new() { [nameof(FluentTextArea.Name)] = "findings", [nameof(FluentTextArea.Value)] = "\n所見" });

        // HTML drops one line break at the beginning of a text area.
        Assert.Contains(">\n\n所見</textarea>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Select_MarksTheOptionOfItsValue()
    {
        var html = await Rendering.HtmlAsync<FluentSelect>(new()
        {
            [nameof(FluentSelect.Name)] = "channel",
            [nameof(FluentSelect.Value)] = "facility",
            [nameof(FluentSelect.ChildContent)] = Options("phone", "facility"),
        });

        Assert.Matches("<option value=\"facility\" selected", html);
        Assert.DoesNotMatch("<option value=\"phone\" selected", html);
    }

    [Fact]
    public async Task DataGrid_ShowsARowForEachItem_InTheOrderOfItsColumns()
    {
        var html = await Rendering.HtmlAsync<FluentDataGrid<Visit>>(new()
        {
            ["Items"] = new[] { new Visit("SG-261122-041", 18_400), new Visit("SG-261122-042", 9_750) },
            ["AriaLabel"] = "昨夜の往診",
            ["ChildContent"] = (RenderFragment)(builder =>
            {
                Column(builder, "番号", visit => visit.Number, null);
                Column(builder, "金額", visit => visit.Yen, "N0");
            }),
        });

        Assert.Matches("番号</th>.*金額</th>.*SG-261122-041</td>.*18,400</td>.*SG-261122-042</td>.*9,750</td>", html.ReplaceLineEndings(""));
    }

    [Fact]
    public void EveryIcon_IsDrawnInTheSprite()
    {
        var wanted = typeof(Icons).GetProperties().Select(icon => ((Icon)icon.GetValue(null)!).Name);
        var drawn = System.Text.Json.JsonSerializer.Deserialize<string[]>(File.ReadAllText(RepositoryFile("src/ClinicPortal/Ui/assets/icons.json")))!;

        Assert.Equal(drawn.Order(StringComparer.Ordinal), wanted.Order(StringComparer.Ordinal));
    }

    private static RenderFragment Options(params string[] values) => builder =>
    {
        foreach (var value in values)
        {
            builder.OpenComponent<FluentOption>(0);
            builder.AddAttribute(1, nameof(FluentOption.Value), value);
            builder.CloseComponent();
        }
    };

    private static void Column<T>(
        RenderTreeBuilder builder, string title, Expression<Func<Visit, T>> property, string? format)
    {
        builder.OpenComponent<PropertyColumn<Visit, T>>(0);
        builder.AddAttribute(1, "Title", title);
        builder.AddAttribute(2, "Property", property);
        builder.AddAttribute(3, "Format", format);
        builder.CloseComponent();
    }

    private static string RepositoryFile(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ClinicPortal.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, path);
    }

    private sealed record Visit(string Number, int Yen);
}
